// Turns the box for a query into an editor, https://github.com/rdfjs/Yasgui. The form stays the form:
// what is written goes back into the box, and the form asks. Nothing is kept in the browser.
const box = document.querySelector("#query");
const Yasqe = window.Yasqe;

if (box && Yasqe) upgrade();

function upgrade() {
  const place = document.createElement("div");
  const form = box.form;
  const submit = () => form.requestSubmit();
  box.before(place);
  Yasqe.defaults.autocompleters = ["variables"]; // the others would ask elsewhere, or keep what they know
  const editor = new Yasqe(place, {
    value: box.value,
    persistenceId: null,
    consumeShareLink: null,
    createShareableLink: null,
    showQueryButton: false,
    resizeable: false,
    editorHeight: "18rem",
    // With Tab for indenting nobody could leave by keyboard.
    extraKeys: { Tab: false, "Shift-Tab": false, "Ctrl-Enter": submit, "Cmd-Enter": submit, "Ctrl-S": false },
  });
  know(editor, box.dataset.prefixes.split(" "));
  const input = editor.getInputField();
  input.setAttribute("aria-label", form.querySelector("label[for=query]").textContent);
  input.setAttribute("aria-describedby", "keys");
  const store = () => { box.value = editor.getValue(); };
  editor.on("change", store);
  editor.addKeyMap({ "Ctrl-Space": () => complete(editor) });
  box.hidden = true;
  box.required = false; // a hidden box could not show what it asks for
  form.querySelector("label[for=query]").addEventListener("click", () => editor.focus());
  document.querySelector("#keys").hidden = false;
}

// The server knows prefixes that a query need not declare; the editor would call them undefined.
function know(editor, prefixes) {
  const mode = editor.getMode();
  const start = mode.startState;
  const known = Object.fromEntries(prefixes.map((name) => [name, ""]));
  mode.startState = () => ({ ...start(), prefixes: { ...known } });
  editor.setValue(box.value);
  editor.clearHistory();
}

function complete(editor) {
  const token = editor.getCompleteToken();
  if (/^[?$]/.test(token.string)) return editor.autocomplete();
  editor.showHint({ hint: () => names(editor), completeSingle: false, container: editor.rootEl });
}

async function names(editor) {
  const cursor = editor.getCursor();
  const token = editor.getCompleteToken();
  const typed = token.string.trim();
  const q = typed.replace(/^<|>$/g, "");
  const lang = document.documentElement.lang;
  const asked = new URLSearchParams({ q, kind: kindAt(editor, token), lang });
  const response = await fetch(`${box.dataset.suggest}?${asked}`);
  const found = response.ok ? (await response.json()).results : [];
  return {
    list: found.map((one) => ({ text: one.name, displayText: `${one.name}  ${one.label}` })),
    from: { line: cursor.line, ch: typed ? token.start : cursor.ch },
    to: { line: cursor.line, ch: typed ? token.end : cursor.ch },
  };
}

// What can stand where the cursor is: a class after "a", a property after a subject.
function kindAt(editor, token) {
  const { class: classes, property } = Yasqe.Autocompleters;
  if (classes.isValidCompletionPosition(editor)) return "class";
  const before = editor.getPreviousNonWsToken(editor.getCursor().line, token);
  if (/^[;{.]?$/.test(before.string)) return before.string === ";" ? "property" : "entity";
  return property.isValidCompletionPosition(editor) ? "property" : "entity";
}
