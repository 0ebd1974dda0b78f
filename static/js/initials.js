// @ts-check
/** Shows only the clients whose name begins with what is typed. It stays on this page: nothing is sent or kept. */

const field = /** @type {HTMLElement | null} */ (document.querySelector("[data-initials]"));
const input = field?.querySelector("input");
const rows = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-name]"));

if (field && input && rows.length > 3) {
  field.hidden = false;
  input.addEventListener("input", () => {
    const begins = input.value.trim().toLowerCase();
    for (const row of rows) row.hidden = !(row.dataset.name ?? "").startsWith(begins);
  });
}
