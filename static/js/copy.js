// Buttons that copy what stands in another element: <button hidden data-copy="#id" data-copied="Đã chép">.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  const label = button.innerHTML;
  button.hidden = false;
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", async () => {
    const source = document.querySelector(button.dataset.copy);
    await navigator.clipboard.writeText(source.value ?? source.textContent.trim());
    button.textContent = button.dataset.copied;
    setTimeout(() => {
      button.innerHTML = label;
    }, 2000);
  });
}
