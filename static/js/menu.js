// The phone menu is a <details>; script only adds closing it by Escape or by a tap beside it.
{
  const menu = document.querySelector("details.menu");
  const close = () => menu?.removeAttribute("open");
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu?.open) return;
    close();
    menu.querySelector("summary").focus();
  });
  addEventListener("click", (event) => menu?.contains(event.target) || close());
}
