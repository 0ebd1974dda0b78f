// @ts-check
// The date, from the only clock that knows where this person's day is: their own.

for (const place of document.querySelectorAll("[data-today]")) {
  const language = document.documentElement.lang;
  const region = navigator.languages.find((tag) => tag.startsWith(`${language}-`)) ?? "en-GB";
  const date = new Intl.DateTimeFormat(region, { weekday: "long", day: "numeric", month: "long" }).format(new Date());
  place.textContent = (place.getAttribute("data-today") ?? "%s").replace("%s", date);
}
