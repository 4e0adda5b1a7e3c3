// Every page works without it. It puts the one-time word of a link into its field, and takes it out of the address at
// once; and where something is still being worked out, it looks again and puts what came in the place of the message.
"use strict";
const field = document.querySelector("input[name=link]");
if (field && location.hash.length > 1) {
  field.value = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
}

const AGAIN_MS = 1500;

async function lookAgain(waiting) {
  const answer = await fetch(location.href).catch(() => null);
  const text = answer && (await answer.text().catch(() => ""));
  if (!text) return setTimeout(lookAgain, AGAIN_MS, waiting);
  const came = new DOMParser().parseFromString(text, "text/html").getElementById(waiting.id);
  if (!came) return location.reload();
  waiting.replaceWith(document.adoptNode(came));
  if ("looksAgain" in came.dataset) setTimeout(lookAgain, AGAIN_MS, came);
}

const waiting = document.querySelector("[data-looks-again]");
if (waiting) setTimeout(lookAgain, AGAIN_MS, waiting);
