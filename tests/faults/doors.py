"""F7 and F8: the session ends, the password changes, somebody else signs in, the token ages or is forged. B14: a storm."""

import time
from collections import Counter
from functools import partial
from uuid import uuid4

from innerchild.pace import AT_ONCE, PER_SECOND
from tests.faults.scene import Scene
from tests.faults.tally import Tally, counted, spread
from tests.faults.writer import Answer, Sheet, Writer, another, side_by_side, words

BOX = "first-words"
AGAIN_AND_AGAIN = 25
STORM = 4  # connections of one person who saves without end
WORKERS = 2  # of `up`; each keeps its own count


def f7(scene: Scene) -> Tally:
    """Nothing is stored for whoever is not signed in as the writer; afterwards the same operation is kept."""
    tally = Tally("F7 session gone, password changed, somebody else signed in")
    ada, bob = scene.crew[:2]
    password = "UPDATE accounts_user SET password = (SELECT password FROM accounts_user WHERE email = '{}')"
    for end in (
        f"DELETE FROM django_session WHERE session_key = '{ada.cookies['sid']}'",
        f"{password.format(bob.email)} WHERE email = '{ada.email}'",
    ):
        sheet, text, operation = ada.new_sheet(), words(1, 500), str(uuid4())
        ada.keep(sheet, words(0, 100))
        scene.house.sql(end)
        _refused(tally, ada.put(sheet, text, operation), 401, {"error": "session"})
        _given_back(tally, form(ada, sheet, text, operation), 401, text)
        ada.sign_in()
        ada.keep(sheet, text, operation=operation)
        tally.tried, tally.acknowledged = tally.tried + 4, tally.acknowledged + 2

    sheet, text, operation = ada.new_sheet(), words(2, 500), str(uuid4())
    own = dict(ada.cookies)
    ada.cookies = dict(bob.cookies)  # somebody else signed in, in the same browser
    token = {"X_CSRFToken": bob.page["csrfmiddlewaretoken"]}
    _refused(tally, ada.put(sheet, text, operation, **token), 409, {"error": "writer"})
    _given_back(tally, form(ada, sheet, text, operation, csrfmiddlewaretoken=token["X_CSRFToken"]), 422, text)
    ada.cookies = own
    ada.keep(sheet, text, operation=operation)
    tally.tried, tally.acknowledged = tally.tried + 3, tally.acknowledged + 1
    return scene.look(tally, [ada, bob])


def f8(scene: Scene) -> Tally:
    """A token that aged costs one more request; another site's page gets nothing stored and nothing back."""
    tally = Tally("F8 token rotated, missing, forged")
    cat = scene.crew[2]
    sheet = cat.new_sheet()
    for number, cookie in enumerate(("x" * 32, "")):
        text, operation = words(number, 300), str(uuid4())
        cat.cookies["csrf"] = cookie
        _refused(tally, cat.put(sheet, text, operation), 403, {"error": "csrf"})
        _given_back(tally, form(cat, sheet, text, operation), 403, text)
        kept = cat.keep(sheet, text, operation=operation)
        tally.expect("refused once, then kept", holds=kept.asked == 2)
        tally.tried, tally.acknowledged = tally.tried + 4, tally.acknowledged + 1
    for origin in ("https://evil.example", "null", "http://localhost:1"):
        text = words(9, 300)
        answer = cat.put(Sheet(sheet.entry, sheet.rev), text, str(uuid4()), Origin=origin)
        _refused(tally, answer, 403, {"error": "csrf"})
        sent = form(cat, sheet, text, str(uuid4()), origin=origin)
        tally.expect("another site's form gets no text back", holds=sent.status == 403 and text not in sent.text)
        tally.tried += 2
    for _ in range(AGAIN_AND_AGAIN):  # a long text that is refused unread is told so, not cut off
        answer = cat.put(Sheet(sheet.entry, sheet.rev), words(9, 150_000), str(uuid4()), Origin="null")
        _refused(tally, answer, 403, {"error": "csrf"})
        tally.tried += 1
    return scene.look(tally, [cat])


def b14(scene: Scene) -> Tally:
    """One person saves as fast as four connections can; the others write on. What was refused was not stored."""
    tally = Tally("B14 a hundred saves a second by one person")
    loud, *others = scene.crew
    lines = [another(loud) for _ in range(STORM)]
    began, lasts = time.monotonic(), scene.either(3, 20)
    refused: list[Answer] = []
    odd: list[str] = []
    before = {writer.email: len(writer.log) for writer in others}

    def storm(line: Writer) -> None:
        sheet = line.new_sheet()
        while time.monotonic() < began + lasts:
            text, operation = words(0, 100), str(uuid4())
            answer = line.put(sheet, text, operation)
            if answer.status != 200:
                refused.append(answer)
            elif line.is_mine(answer, text, operation) and answer.json()["conflict"] is None:
                line.note(sheet, text, operation, answer.json()["rev"])
            else:
                odd.append(f"{sheet.entry} after {sheet.rev}: {answer.json()}")
        line.hang_up()

    def write(writer: Writer) -> None:
        sheet = writer.new_sheet()
        while time.monotonic() < began + lasts:
            writer.keep(sheet, words(1, 300))
            time.sleep(0.3)

    troubles = side_by_side([partial(storm, line) for line in lines] + [partial(write, writer) for writer in others])
    statuses = sum((line.statuses for line in lines), Counter[int]())
    log = [kept for writer in others for kept in writer.log[before[writer.email] :]]
    may = WORKERS * (AT_ONCE + PER_SECOND * (time.monotonic() - began + 1))
    said = {(answer.status, str(answer.json()), answer.headers.get("retry-after")) for answer in refused}
    tally.expect(f"nothing went wrong here {troubles[:2]}", holds=not troubles)
    tally.expect(f"at most {may:.0f} saves, not {statuses[200]}", holds=statuses[200] <= may)
    tally.expect(f"only 429 with Retry-After, not {said}", holds=said <= {(429, "{'error': 'often'}", "1")})
    tally.expect(f"200 is about its own text {odd[:2]}", holds=not odd)
    tally.expect("others are never refused", holds=all(kept.asked == 1 for kept in log))
    tally.tried, tally.acknowledged = statuses.total() + len(log), statuses[200] + len(log)
    tally.notes += [f"the loud one {counted(statuses)}", f"others {spread(kept.seconds for kept in log)}"]
    loud.sheets += [sheet for line in lines for sheet in line.sheets]
    loud.keep(loud.new_sheet(), words(1, 100))  # and a little later it goes on
    return scene.look(tally)


def form(writer: Writer, sheet: Sheet, text: str, operation: str, *, origin: str = "", **change: str) -> Answer:
    """The same text as the page's form sends it where no script runs."""
    fields = {
        **writer.page,
        f"{BOX}.text": text,
        f"{BOX}.entry": str(sheet.entry),
        f"{BOX}.op": operation,
        f"{BOX}.base_rev": str(sheet.rev),
        **change,
    }
    return writer.post("/steps/hello/first-words/", fields, origin=origin)


def _refused(tally: Tally, answer: Answer, status: int, said: object) -> None:
    found = (answer.status, answer.json())
    tally.expect(f"{status} {said}, not {found}", holds=found == (status, said))


def _given_back(tally: Tally, answer: Answer, status: int, text: str) -> None:
    back = answer.fields().get(f"{BOX}.text")
    tally.expect(f"{status} with the text, not {answer.status}", holds=(answer.status, back) == (status, text))
