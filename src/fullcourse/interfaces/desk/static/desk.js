// Puts the one-time word of a link into its field, and takes it out of the address at once. Every page works without it.
"use strict";
const field = document.querySelector("input[name=link]");
if (field && location.hash.length > 1) {
  field.value = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
}
