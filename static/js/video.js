// A video is loaded only when its <details data-video> is opened: until then nothing is asked of another site.
for (const video of document.querySelectorAll("details[data-video]")) {
  const player = video.querySelector("template");
  if (player) video.addEventListener("toggle", () => player.replaceWith(player.content), { once: true });
}
