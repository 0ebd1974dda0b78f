// @ts-check
// Wobbly: a little is enough. What is said here stays on the page; without this file its words say the same.

document.addEventListener("change", (event) => {
  if (!(event.target instanceof HTMLInputElement) || event.target.name !== "steady" || event.target.value !== "wobbly") return;
  const little = document.querySelector("input[name='pace'][value='little']");
  if (little instanceof HTMLInputElement) little.checked = true;
});
