// Applies a choice as it is made: <form data-apply>. The button stays, for who goes through by keyboard.
for (const form of document.querySelectorAll("form[data-apply]")) {
  let byKey = false;
  form.addEventListener("keydown", () => { byKey = true; });
  form.addEventListener("pointerdown", () => { byKey = false; });
  form.addEventListener("change", () => { if (!byKey) form.requestSubmit(); });
}
