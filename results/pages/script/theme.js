// A button changes between light and dark, which the system has chosen until then.
function addThemeButton() {
  const root = document.documentElement, system = matchMedia("(prefers-color-scheme: dark)");
  const dark = () => root.dataset.theme ? root.dataset.theme === "dark" : system.matches;
  const button = make("button", { type: "button", class: "tool theme interactive", click: change });
  function tell() {
    button.textContent = dark() ? "Light" : "Dark";
    button.setAttribute("aria-label", button.textContent + " colours");
  }
  function change() {
    root.dataset.theme = dark() ? "light" : "dark";
    tell();
  }
  system.addEventListener("change", tell);
  tell();
  (document.querySelector("header") ?? document.body).append(button);
}

