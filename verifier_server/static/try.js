// "Try my card" with the live camera: single pictures are sent until one has a code. Nothing is kept here or there.
const start = document.querySelector("[data-camera]");
const form = document.querySelector("form[data-try]");
if (start && form && navigator.mediaDevices && navigator.mediaDevices.getUserMedia) {
  start.hidden = false;
  const video = document.querySelector("video");
  const said = document.querySelector("[data-camera-said]");
  start.addEventListener("click", async () => {
    try {
      video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } } });
    } catch (_refused) {
      said.textContent = said.dataset.refused;
      return;
    }
    video.hidden = false;
    start.hidden = true;
    await video.play();
    said.textContent = said.dataset.looking;
    look(video, said);
  });
}

async function look(video, said, tries = 0) {
  if (tries === 12) {
    stop(video);
    said.textContent = said.dataset.nothing;
    start.hidden = false;
    return;
  }
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext("2d").drawImage(video, 0, 0);
  const picture = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
  const sent = new FormData(form);
  sent.set("picture", picture, "camera.jpg");
  const answer = await fetch(form.action, { method: "POST", body: sent, credentials: "same-origin" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const verdict = page.querySelector("[data-verdict]");
  if (answer.ok && verdict && verdict.dataset.verdict !== "no_code") {
    stop(video);
    document.querySelector("main").replaceChildren(...page.querySelector("main").children);
    document.querySelector("[data-verdict]").focus();
    return;
  }
  if (!answer.ok) {
    stop(video);
    said.textContent = said.dataset.refused;
    return;
  }
  setTimeout(() => look(video, said, tries + 1), 700);
}

function stop(video) {
  video.srcObject.getTracks().forEach((track) => track.stop());
  video.hidden = true;
}
