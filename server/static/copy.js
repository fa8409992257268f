// Puts a button after each text that is there to be copied: <code data-copy="Copy" data-copied="Copied">.
for (const text of document.querySelectorAll("[data-copy]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = text.dataset.copy;
  const told = document.createElement("span");
  told.setAttribute("role", "status");
  told.className = "note";
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text.textContent.trim());
    told.textContent = ` ${text.dataset.copied}`;
  });
  if (navigator.clipboard) text.after(" ", button, told); // a browser has it where the page is secure
}
