// Makes the drawing of a neighbourhood one to move and to enlarge: https://js.cytoscape.org/
// What it shows, and where, is read from the drawing that the page has: <figure id="graph"><svg>.
// The first box is what the page is about; each line is that of the box after it.
const figure = document.querySelector("#graph");
const STEP = 60;
const FACTOR = 1.3;
const LEAST = 0.75; // drawn smaller, nobody reads it
const APART = 70;
const EDGE = 10;
const COLOURS = { card: "--card", line: "--faint", link: "--link" };

if (figure && window.cytoscape) upgrade();

function upgrade() {
  const svg = figure.querySelector("svg");
  const wide = svg.width.baseVal.value;
  const drawing = figure.clientWidth < wide * LEAST ? stacked(read(svg)) : read(svg);
  const place = document.createElement("div");
  place.className = "canvas";
  place.tabIndex = 0;
  place.setAttribute("role", "application");
  place.setAttribute("aria-label", figure.getAttribute("aria-label"));
  svg.replaceWith(place);
  for (const name of ["class", "tabindex", "role"]) figure.removeAttribute(name); // it scrolls no more
  // It would add a style to the page, which the policy forbids, unless one is called so already.
  place.id = "__________cytoscape_stylesheet";
  const view = window.cytoscape({
    container: place,
    elements: { nodes: drawing.boxes.map(node), edges: drawing.lines.map((line, i) => edge(line, i, drawing.boxes)) },
    style: style(),
    layout: { name: "preset", fit: false },
    pixelRatio: Math.max(2, devicePixelRatio), // words are pictures here, and should be sharp
    autoungrabify: true, // dragging moves the whole: each thing stands where its words have room
    userZoomingEnabled: false, // the wheel is for the page
  });
  framed(view, place);
  view.on("tap", "node", (event) => location.assign(event.target.data("href")));
  const actions = {
    in: () => zoom(view, FACTOR),
    out: () => zoom(view, 1 / FACTOR),
    whole: () => view.fit(undefined, EDGE),
    left: () => view.panBy({ x: STEP, y: 0 }),
    right: () => view.panBy({ x: -STEP, y: 0 }),
    up: () => view.panBy({ x: 0, y: STEP }),
    down: () => view.panBy({ x: 0, y: -STEP }),
  };
  place.before(buttons(actions));
  place.addEventListener("keydown", (event) => byKey(event, actions));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => view.style(style()));
}

// As wide as there is room, and as high as it then is; the style sheet may have it lower.
function framed(view, place) {
  const { x1, x2, y2 } = view.elements().boundingBox();
  const level = Math.min(1, place.clientWidth / (x2 + EDGE));
  place.style.height = `${(y2 + EDGE) * level}px`;
  view.resize();
  view.viewport({ zoom: level, pan: { x: (place.clientWidth - (x1 + x2) * level) / 2, y: 0 } });
}

function read(svg) {
  const boxes = [...svg.querySelectorAll("a")].map((link) => {
    const { x, y, width, height } = link.querySelector("rect").getBBox();
    return { x, y, width, height, words: written(link), href: link.getAttribute("href") };
  });
  const lines = [...svg.querySelectorAll("path.edge")].map((path) => {
    const [above, below] = [path.nextElementSibling, path.nextElementSibling.nextElementSibling];
    const standing = below.matches(".standing") ? written(below) : [];
    return { points: points(path), leads: path.hasAttribute("marker-end"), above: written(above), standing };
  });
  return { boxes, lines };
}

function written(element) {
  return [...element.querySelectorAll("tspan")].map((line) => line.textContent);
}

// The corners of a path of level and upright strokes, "M210 40H370V200H390".
function points(path) {
  let at = [0, 0];
  return [...path.getAttribute("d").matchAll(/([MHV])([\d.]+)(?: ([\d.]+))?/g)].map(([, stroke, one, other]) => {
    at = stroke === "M" ? [Number(one), Number(other)] : stroke === "H" ? [Number(one), at[1]] : [at[0], Number(one)];
    return at;
  });
}

// On a narrow screen, all in one column: what the page is about on top, its neighbours below it.
function stacked({ boxes: [middle, ...others], lines }) {
  const top = { ...middle, x: 10, y: 10 };
  const foot = top.y + top.height;
  let down = 0;
  const below = others.map((box, i) => {
    const before = others[i - 1];
    if (before?.x !== box.x) down = APART - box.y + (before ? before.y + down : top.y);
    return { ...box, x: 20 + length(lines[i]), y: box.y + down };
  });
  const bent = lines.map((line, i) => {
    const { x, y, height } = below[i];
    return { ...line, points: [[x, y + height / 2], [20, y + height / 2], [20, foot]] };
  });
  return { boxes: [top, ...below], lines: bent };
}

// How long the level part of a line is, where its words stand.
function length({ points: [[begin], [turn]] }) {
  return Math.abs(turn - begin);
}

function node({ x, y, width, height, words, href }, i) {
  return {
    data: { id: `box-${i}`, label: words.join("\n"), href, width, height, ...(i === 0 && { centre: 1 }) },
    position: { x: x + width / 2, y: y + height / 2 },
  };
}

// Every line is drawn from a neighbour to the middle, and has its arrow where it leads. It runs
// between what it says and how that stands, which is always said.
function edge(line, i, boxes) {
  const { points, leads, above, standing } = line;
  // Of no width, but no white space: the library cuts that off.
  const blank = (lines) => Array(Math.max(0, lines)).fill("\u200b");
  const more = standing.length - above.length;
  const lines = [...blank(more), ...above, ...standing, ...blank(-more)];
  const [begin, end] = [points[0], points.at(-1)];
  return {
    data: {
      id: `line-${i}`,
      source: `box-${i + 1}`,
      target: "box-0",
      label: lines.join("\n"),
      middle: length(line) / 2,
      [leads ? "forth" : "back"]: 1,
      begin: from(boxes[i + 1], begin),
      end: from(boxes[0], end),
      ...bends(begin, end, points.slice(1, -1)),
    },
  };
}

// Where a line meets a box, as the library takes it: from the middle of the box.
function from({ x, y, width, height }, [left, top]) {
  return `${left - x - width / 2}px ${top - y - height / 2}px`;
}

// Corners as the library takes them: how far along the straight way, and how far off it.
function bends([x, y], end, corners) {
  const [across, down] = [end[0] - x, end[1] - y];
  const straight = Math.hypot(across, down);
  return {
    along: corners.map(([left, top]) => ((left - x) * across + (top - y) * down) / straight ** 2),
    off: corners.map(([left, top]) => ((top - y) * across - (left - x) * down) / straight),
  };
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
  const font = getComputedStyle(document.body).fontFamily;
  const text = { "font-family": font, "text-wrap": "wrap", "text-max-width": 1000, "line-height": 1.3 };
  const box = { shape: "round-rectangle", width: "data(width)", height: "data(height)", "background-color": c.card };
  const middle = { "text-valign": "center", "text-halign": "center" };
  const ends = { "source-endpoint": "data(begin)", "target-endpoint": "data(end)", "edge-distances": "endpoints" };
  const way = { "curve-style": "segments", "segment-weights": "data(along)", "segment-distances": "data(off)" };
  const said = { "source-label": "data(label)", "source-text-offset": "data(middle)" };
  const arrows = { width: 1, "line-color": c.line, "source-arrow-color": c.line, "target-arrow-color": c.line };
  return [
    { selector: "node", style: { ...text, ...middle, ...box, label: "data(label)", color: c.link, "font-size": 12 } },
    { selector: "node", style: { "border-width": 1, "border-color": c.line } },
    { selector: "node[centre]", style: { "border-width": 2, "border-color": c.link } },
    { selector: "edge", style: { ...text, ...ends, ...way, ...said, ...arrows, color: c.line } },
    { selector: "edge", style: { "font-size": 11, "line-height": 1.5 } },
    { selector: "edge[forth]", style: { "target-arrow-shape": "triangle" } },
    { selector: "edge[back]", style: { "source-arrow-shape": "triangle" } },
  ];
}
