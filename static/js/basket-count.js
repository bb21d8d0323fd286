// The number beside the basket. It comes from the readable cookie cho_basket, never from the HTML,
// so that a public page is the same for every visitor.
{
  const show = () => {
    const place = document.getElementById("basket-count");
    if (!place) return;
    const found = document.cookie.match(/(?:^|;\s*)cho_basket=(\d{1,4})(?:;|$)/);
    const items = found ? Number(found[1]) : 0;
    place.querySelector("[data-count]").textContent = items;
    place.hidden = items === 0;
  };
  show();
  addEventListener("pageshow", show); // back to a page the browser kept
  document.addEventListener("htmx:afterRequest", show);
}
