// Makes the drawing of a neighbourhood one to move and to enlarge: https://js.cytoscape.org/
// The page has the drawing and a table of the same without it: <figure id="graph" data-src="….json">.
const figure = document.querySelector("#graph[data-src]");
const STEP = 60;
const FACTOR = 1.3;
const COLOURS = { ink: "--ink", paper: "--paper", card: "--card", line: "--faint", link: "--link" };

if (figure && window.cytoscape) upgrade().catch(() => {}); // the drawing that is there stays

async function upgrade() {
  const answer = await fetch(figure.dataset.src);
  if (!answer.ok) return;
  const { nodes, edges } = drawn(await answer.json());
  const place = document.createElement("div");
  place.className = "canvas";
  place.tabIndex = 0;
  place.setAttribute("role", "application");
  place.setAttribute("aria-label", figure.getAttribute("aria-label"));
  figure.querySelector("svg").replaceWith(place);
  for (const name of ["class", "tabindex", "role"]) figure.removeAttribute(name); // it scrolls no more
  // It would add a style to the page, which the policy forbids, unless one is called so already.
  place.id = "__________cytoscape_stylesheet";
  const view = window.cytoscape({
    container: place,
    elements: { nodes: nodes.map(node), edges: edges.map(edge) },
    style: style(),
    layout: { name: "concentric", animate: false, concentric: (one) => (one.data("centre") ? 2 : 1) },
    userZoomingEnabled: false, // the wheel is for the page
  });
  view.on("tap", "node[href]", (event) => location.assign(event.target.data("href")));
  const actions = {
    in: () => zoom(view, FACTOR),
    out: () => zoom(view, 1 / FACTOR),
    whole: () => view.fit(undefined, 20),
    left: () => view.panBy({ x: STEP, y: 0 }),
    right: () => view.panBy({ x: -STEP, y: 0 }),
    up: () => view.panBy({ x: 0, y: STEP }),
    down: () => view.panBy({ x: 0, y: -STEP }),
  };
  place.before(buttons(actions));
  place.addEventListener("keydown", (event) => byKey(event, actions));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => view.style(style()));
}

// The first node is what the page is about; as many edges are drawn as the page's own drawing has.
function drawn({ nodes, edges }) {
  const kept = edges.slice(0, Number(figure.dataset.most));
  const ends = new Set(kept.flatMap((one) => [one.source, one.target]));
  return { nodes: nodes.filter((one) => ends.has(one.id)), edges: kept };
}

function node({ id, label, href }, i) {
  return { data: { id, label, ...(href && { href }), ...(i === 0 && { centre: 1 }) } };
}

// How a connection stands is said beside it, always.
function edge({ source, target, label, standing }, i) {
  return { data: { id: `edge-${i}`, source, target, label: standing ? `${label} (${standing})` : label } };
}

function zoom(view, factor) {
  view.zoom({ level: view.zoom() * factor, renderedPosition: { x: view.width() / 2, y: view.height() / 2 } });
}

function byKey(event, actions) {
  const keys = { "+": "in", "=": "in", "-": "out", 0: "whole" };
  const name = keys[event.key] ?? event.key.replace("Arrow", "").toLowerCase();
  if (event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(actions, name)) return;
  event.preventDefault();
  actions[name]();
}

// The page says what the buttons are called, in its language: data-words="in=Zoom in;out=…".
function buttons(actions) {
  const bar = document.createElement("p");
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", figure.getAttribute("aria-label"));
  for (const pair of figure.dataset.words.split(";")) {
    const [name, words] = pair.split("=");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = words;
    button.addEventListener("click", actions[name]);
    bar.append(button, " ");
  }
  return bar;
}

// A canvas knows no style sheet: the colours are read from it, and again when they change.
function style() {
  const now = getComputedStyle(document.documentElement);
  const c = Object.fromEntries(Object.entries(COLOURS).map(([k, v]) => [k, now.getPropertyValue(v).trim()]));
  const text = { label: "data(label)", color: c.ink, "font-size": 12, "text-wrap": "wrap", "text-max-width": 120 };
  const disc = { "background-color": c.card, "border-width": 1, "border-color": c.line };
  const arrow = { "target-arrow-shape": "triangle", "target-arrow-color": c.line, "curve-style": "bezier" };
  const ground = { "text-background-color": c.paper, "text-background-opacity": 1 };
  return [
    { selector: "node", style: { ...text, ...disc, "text-valign": "bottom", "text-margin-y": 4 } },
    { selector: "node[href]", style: { color: c.link } },
    { selector: "node[centre]", style: { "background-color": c.link } },
    { selector: "edge", style: { ...text, ...arrow, ...ground, "font-size": 10, width: 1, "line-color": c.line } },
  ];
}
