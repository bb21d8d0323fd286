// Light or dark, as the reader chose. Loaded in <head>, so the first paint is already right.
// The choice stays in this browser; the HTML is the same for everybody.
{
  const KEY = "cho_theme";
  const root = document.documentElement;
  const read = () => {
    try {
      return localStorage.getItem(KEY) || "";
    } catch {
      return "";
    }
  };
  const apply = (theme) => {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
  };
  const keep = (theme) => {
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // Storage is off: the choice lasts for this page.
    }
  };
  apply(read());
  addEventListener("storage", (event) => event.key === KEY && apply(event.newValue));
  addEventListener("DOMContentLoaded", () => {
    const control = document.querySelector("[data-theme-control]");
    if (!control) return;
    const select = control.querySelector("select");
    select.value = root.dataset.theme || "";
    select.addEventListener("change", () => {
      apply(select.value);
      keep(select.value);
    });
    control.hidden = false;
  });
}
