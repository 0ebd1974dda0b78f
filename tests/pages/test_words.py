"""Words this house does not use (experience §1), looked for in everything it says, wherever that is written."""

import re
from collections.abc import Callable, Iterable, Iterator

import pytest

from tests.pages import said
from tests.pages.said import Said

# “just” belittles a task ("just write"); as "just now" or "just for you" it does not.
WORDS = {
    "R2 nothing counts down": "(?:minutes?|seconds?|time|days?) left",
    "R11 no image is asked for": "pictur(?:es?|ed|ing)|visuali[sz](?:es?|ed|ing|ation)|see your|imagine seeing",
    "R12 eyes stay open": "(close|shut) your eyes|eyes (closed|shut)",
    "R13 safe is no promise": "you are safe|you’re safe|completely safe|safe here|safe place",
    "R19 no counting of days": "streaks?|in a row|missed|behind|catch up|don’t break|keep it up|goals?|levels?|badges?|completed?|progress|last seen|leaderboards?|confetti",
    "R21 no absence": "no entries|nothing here|nothing yet|nothing to show",
    "R24 no comparing": "better than|worse than|improved?|declined|average user",
    "R27 plain and kind": "should|must|needs? to|just(?! (?:now|me|mine|for))|simply|try harder|fix|broken|toxic|damaged|victim|normal|actually|obviously",
    "R29 no family assumed": "mums?|mummy|moms?|dads?|daddy|mothers?|fathers?|parents?|home|school|birthdays?",
    "R31 no labels": "attachment|trauma|triggers?|triggered|disorder|symptoms?|dissociat\\w+|dysregulat\\w+|inner wound",
    "R45 no claims": "treat(?:s|ed|ing|ments?)?|cure[ds]?|heal(?:s|ed|ing)?|recover(?:s|ed|ing|y)?|diagnos\\w+|reduces? symptoms",
}  # fmt: skip

# (rule, file, the words around it, why they may stand)
ALLOWED = [
    ("R27", "landing.html", "No need to do it all", "one of the three promises, and it takes a duty away"),
    ("R27", "innerchild/helplines.toml", "1737, Need to talk?", "that is what this service is called"),
    ("R27", "public.html", "no need to do it all", "one of the three promises, and it takes a duty away"),
    ("R29", "parts/bar.html", "Home", "the name of a page"),
    ("R29", "landing.html", "Go home", "the name of a page"),
    ("R29", "failures/base.html", "Home", "the name of a page"),
    ("R29", "exercises/home.html", "Home", "the name of a page"),
    ("R29", "accounts/signed_in.html", "Home", "the name of a page"),
    ("R29", "exercises/packs/en/place.toml", "home scene", "the scene on the page called Home"),
    ("R29", "exercises/views/place.py", "home scene", "the scene on the page called Home"),
    ("R11", "journal/words.py", "Picture", "the name of what that answer was"),
    ("R11", "help.html", "we don’t see your words", "nobody is asked to see anything"),
    ("R19", "accounts/validators.py", "words in a row", "words, no days"),
    ("R24", "about/evidence.html", "better than shorter spells", "studies compared with each other, no person"),
    ("R27", "handouts/before.html", "No need to do it all", "one of the three promises, and it takes a duty away"),
    ("R31", "handouts/before.html", "eating disorder", "who might wait is told by the name they were given"),
    ("R31", "therapists/hold_off.html", "eating disorder", "written for clinicians"),
    ("R45", "about/sources.html", "Advances in Psychiatric Treatment", "the name of a journal"),
    ("R31", "accounts/good_day.py", "eating disorder", "who might wait is told by the name they were given"),
    ("R31", "about/waiting.html", "eating disorder", "who might wait is told by the name they were given"),
]


# What no page or script may hold, because it counts down, plays, or takes the keyboard by itself.
CODE = {
    "R2 nothing counts down": r"\bsetInterval\b|<progress\b|<meter\b",
    "R38 nothing sounds or shakes": r"<audio\b|<video\b|\bvibrate\(|\bautoplay\b|new Audio\(|\bspeechSynthesis\b",
    "R37 nothing moves or takes the keyboard": r"\bautofocus\b|<marquee\b|\.scrollIntoView\(",
}


def text_of(spoken: Iterable[Said], rule: str) -> str:
    """Strings side by side. Beside a picture somebody chose, words for pictures may stand."""
    return " ¶ ".join(each.words for each in spoken if not (rule.startswith("R11 ") and each.visual))


def found(rule: str, text: str) -> Iterator[str]:
    """Each forbidden word with what stands around it."""
    for match in re.finditer(rf"(?<![\w-])(?:{WORDS[rule]})(?![\w-])", text, re.IGNORECASE):
        yield " ".join(text[max(0, match.start() - 40) : match.end() + 40].split())


def allowed(rule: str, name: str, around: str) -> bool:
    return any(rule.startswith(f"{r} ") and name == n and words in around for r, n, words, _ in ALLOWED)


@pytest.mark.parametrize("rule", WORDS)
def test_nothing_we_say_uses_the_words_we_avoid(rule: str) -> None:
    slips = [
        f"{name}: …{around}…"
        for name, spoken in said.everything()
        for around in found(rule, text_of(spoken, rule))
        if not allowed(rule, name, around)
    ]
    assert slips == []


def test_every_exception_is_still_needed() -> None:
    spoken = dict(said.everything())
    rules = {rule.partition(" ")[0]: rule for rule in WORDS}
    idle = [
        row
        for row in ALLOWED
        if not any(row[2] in around for around in found(rules[row[0]], text_of(spoken.get(row[1], []), rules[row[0]])))
    ]
    assert idle == []


@pytest.mark.parametrize("rule", CODE)
def test_nothing_counts_down_plays_or_moves_by_itself(rule: str) -> None:
    pages = [path for path in said.TEMPLATES if path.suffix == ".html"]
    assert [path.name for path in (*pages, *said.SCRIPTS) if re.search(CODE[rule], path.read_text("utf-8"))] == []


def test_every_sentence_of_a_template_can_be_translated() -> None:
    bare = [
        f"{name}: {each.words}"
        for name, spoken in said.everything()
        for each in spoken
        if each.bare and name != "about/sources.html"  # names of papers are the same in every language
    ]
    assert bare == []


def test_every_sentence_of_a_form_or_message_can_be_translated() -> None:
    bare = {path.name: found for path in said.MODULES if (found := list(said.untranslated(path.read_text("utf-8"))))}
    assert bare == {}


# One word of each list, in each place a word can stand: the lint has to find it there.
PLANTED = {
    "R2": ("5 minutes left", "time left"),
    "R11": ("picture", "visualise", "visualize", "see your", "imagine seeing"),
    "R12": ("close your eyes", "eyes closed"),
    "R13": ("you are safe", "completely safe"),
    "R19": ("streak", "in a row", "missed", "behind", "catch up", "don’t break", "keep it up", "goal", "level", "badge", "80 % complete"),
    "R21": ("no entries yet", "nothing here"),
    "R24": ("better than", "worse than", "improved", "declined", "average user"),
    "R27": ("should", "must", "need to", "just", "simply", "try harder", "fix", "broken", "toxic", "damaged", "victim", "normal", "actually", "obviously"),
    "R29": ("mum", "dad", "parents", "home", "school", "birthday"),
    "R31": ("attachment style", "trauma responses", "disorder"),
    "R45": ("treat", "cure", "heal", "recover", "diagnose", "reduce symptoms"),
}  # fmt: skip
PLACES: dict[str, tuple[Callable[[str], Iterable[Said]], str]] = {
    "plain text": (said.template, "<p>Today %s, and again.</p>"),
    "translated text": (said.template, '<p>{%% translate "Today %s, and again." %%}</p>'),
    "blocktranslate": (said.template, "{%% blocktranslate with n=1 %%}Today <b>%s</b>, and {{ n }} again.{%% endblocktranslate %%}"),
    "a string given to a tag": (said.template, '<p>{%% firstof word _("Today %s, and again.") %%}</p>'),
    "alt": (said.template, '<img src="x" alt="Today %s, and again.">'),
    "aria-label": (said.template, '<nav aria-label="{%% translate "Today %s, and again." %%}"></nav>'),
    "title": (said.template, '<abbr title="Today %s, and again.">x</abbr>'),
    "a page’s description": (said.template, '<meta name="description" content="Today %s, and again.">'),
    "a pack": (said.pack, 'title = "Hello"\n[[screens]]\nkey = "one"\nlead = "Today %s, and again."'),
    "gettext": (said.module, '_("Today "\n  "%s, and again.")'),
    "a script": (said.script, 'say("Today %s, and again."); // must'),
    "a mail": (lambda text: said.template(text, markup=False), '{%% translate "Today %s, and again." %%}'),
    "a drawing": (said.drawing, "<svg><title>Today %s, and again.</title></svg>"),
    "a help line": (said.helplines, '[[lines]]\nservice = "A"\nhours = "Today %s, and again."'),
    "the manifest": (said.manifest, '{"description": "Today %s, and again."}'),
}  # fmt: skip
NEAR = (
    "skilled, adjust, prefix, fixture, abnormal, dadaist, muster, shoulder, cobehind, unbroken, mumble",
    "homely and schooling, treaty and healthy, levelled, goalkeeper, badger, completely, just now, just for you",
    "the picturesque window; you can see what you wrote; a safe from a bank; two chairs in rows",
)


@pytest.mark.parametrize("where", PLACES)
@pytest.mark.parametrize("rule", PLANTED)
def test_a_planted_word_is_found(rule: str, where: str) -> None:
    read, source = PLACES[where]
    name = next(name for name in WORDS if name.startswith(f"{rule} "))
    missed = [word for word in PLANTED[rule] if not list(found(name, text_of(read(source % word), name)))]
    assert missed == []


def test_every_list_has_words_planted() -> None:
    assert [name for name in WORDS if name.partition(" ")[0] not in PLANTED] == []


@pytest.mark.parametrize("rule", WORDS)
def test_only_whole_words_are_found(rule: str) -> None:
    assert [around for text in NEAR for around in found(rule, text)] == []


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("R2", "setInterval(tick, 1000)"),
        ("R2", '<progress value="2">'),
        ("R2", "<meter>"),
        ("R38", "<audio src>"),
        ("R38", "<video>"),
        ("R38", "navigator.vibrate(200)"),
        ("R38", "<p autoplay>"),
        ("R37", "<input autofocus>"),
    ],
)
def test_planted_code_is_found(rule: str, code: str) -> None:
    assert re.search(next(CODE[name] for name in CODE if name.startswith(f"{rule} ")), code)


def test_what_a_template_says_is_read_apart_from_its_code() -> None:
    page = (
        '{# must #}{% comment %}must{% endcomment %}<p class="must" id="{{ must }}">{% translate "one" %} two {{ must }}</p>'
        '<nav aria-label="three"{% if x %} hidden{% endif %}>{% firstof a _("four") %}</nav>'
        '{% block body_class %}is-must{% endblock %}{% blocktranslate %}five <a href="/must/">{{ six }}</a>{% endblocktranslate %}'
        '<script src="must">must</script>{{ seven|default:"eight words" }}'
    )
    spoken = said.template(page)
    assert sorted(each.words for each in spoken if not each.bare) == ["five …", "four", "one"]
    assert sorted(each.words for each in spoken if each.bare) == ["eight words", "three", "two"]


def test_beside_a_picture_somebody_chose_words_for_pictures_may_stand() -> None:
    branch = (
        '[[choices]]\nvalue = "picture"\nwords = "A picture"\nfollow = { key = "a", words = "What is in the picture?" }'
    )
    other = '[[choices]]\nvalue = "body"\nwords = "A picture"'
    rule = "R11 no image is asked for"
    assert list(found(rule, text_of(said.pack(branch), rule))) == []
    assert list(found(rule, text_of(said.pack(other), rule))) == ["A picture"]


def test_sentences_handed_to_a_person_without_gettext_are_found() -> None:
    planted = 'raise ValidationError("No such day.")\nmessages.success(request, f"Kept {n}.")\nCharField(label="Your day", help_text=_("fine"))'
    assert list(said.untranslated(planted)) == ["No such day.", "Kept ", ".", "Your day"]
