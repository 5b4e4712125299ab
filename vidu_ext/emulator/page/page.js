// The front page of the emulator: asks for the state every second and draws what has changed.

const POLL = 1000;
const TASKS_AT_ONCE = 24;
const GONE = "The emulator does not answer. This page goes on asking.";

const at = (id) => document.getElementById(id);
const known = { limit: TASKS_AT_ONCE, states: new Map(), cards: new Map(), timer: 0, asked: 0 };

/** An element with properties and children; texts become text, never markup. */
function make(name, properties = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

/** Write a text where it differs, so that nothing is announced or selected anew in vain. */
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

async function call(method, path, body) {
  const options = { method, headers: {} };
  if (body !== undefined) {
    options.headers["content-type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  const answer = await fetch(path, options);
  const value = await answer.json();
  if (!answer.ok) throw new Error(value.error);
  return value;
}

// -- state ------------------------------------------------------------------------------------------------------------------

async function ask() {
  clearTimeout(known.timer);
  const turn = ++known.asked;
  try {
    const state = await call("GET", `/_emulator/state?limit=${known.limit}`);
    if (turn === known.asked) draw(state);
  } catch (error) {
    if (turn === known.asked) alarm(error instanceof TypeError ? GONE : error.message);
  }
  if (turn === known.asked && !document.hidden) known.timer = setTimeout(ask, POLL);
}

function alarm(text) {
  at("alarm").hidden = !text;
  write(at("alarm"), text);
}

function draw(state) {
  alarm("");
  drawClock(state.clock);
  drawAccounts(state.accounts);
  drawRules(state.faults);
  drawTasks(state.tasks, state.task_count);
  announce(state.tasks);
}

function drawClock(clock) {
  write(at("now"), clock.time.slice(0, 19).replace("T", " "));
  const paces = { 0: "stepped by hand only", 1: "real time" };
  write(at("rate"), paces[clock.rate] ?? `${clock.rate} seconds in a real one`);
}

function drawAccounts(accounts) {
  const rows = accounts.map((account) => [
    `${account.provider} ${account.number}`, amount(account.credits), amount(account.spent),
    `${account.running}`, `${account.waiting}`,
  ]);
  at("account-table").hidden = rows.length === 0;
  at("no-accounts").hidden = rows.length > 0;
  const body = at("account-table").querySelector("tbody");
  while (body.rows.length > rows.length) body.deleteRow(-1);
  rows.forEach((texts, index) => {
    const row = body.rows[index] ?? body.insertRow();
    texts.forEach((text, column) => {
      if (!row.cells[column]) row.append(make(column ? "td" : "th", column ? { className: "number" } : { scope: "row" }));
      write(row.cells[column], text);
    });
  });
}

const amount = (credits) => credits.toLocaleString("en", { maximumFractionDigits: 2 });

// -- tasks ------------------------------------------------------------------------------------------------------------------

function drawTasks(tasks, count) {
  const list = at("tasks");
  const present = new Set(tasks.map((task) => task.id));
  for (const [id, card] of known.cards) {
    if (!present.has(id)) {
      card.remove();
      known.cards.delete(id);
    }
  }
  tasks.forEach((task, index) => {
    const card = known.cards.get(task.id) ?? newCard(task);
    if (list.children[index] !== card) list.insertBefore(card, list.children[index] ?? null);
    fill(card, task);
  });
  at("empty").hidden = tasks.length > 0;
  at("more").hidden = tasks.length >= count;
  write(at("task-count"), count ? `${tasks.length} of ${count}` : "");
}

function newCard(task) {
  const card = make(
    "li", { className: "task" },
    make("div", { className: "view" }),
    make(
      "div", { className: "told" },
      make("h3", {}, task.operation),
      make("p", { className: "small" }, [task.provider, task.model, task.id].filter(Boolean).join(" · ")),
      make("p", { className: "prompt" }, task.prompt),
      make("p", { className: "state" }),
      make("progress", { max: 100, ariaLabel: `Progress of ${task.id}` }),
      make("p", { className: "small files" }),
    ),
  );
  card.dataset.task = task.id;
  known.cards.set(task.id, card);
  return card;
}

function fill(card, task) {
  const state = card.querySelector(".state");
  state.className = `state ${task.state}`;
  const why = task.failure ? `: ${task.failure}` : "";
  const back = ["failed", "canceled"].includes(task.state) ? ", paid back" : "";
  write(state, `${task.state}${why}, ${amount(task.price)} credits${back}`);
  const progress = card.querySelector("progress");
  progress.hidden = task.state !== "running";
  progress.value = task.progress;
  if (card.dataset.state !== task.state) {
    card.dataset.state = task.state;
    show(card, task);
  }
}

/** The results to play, in place of what stood there while the task went on. */
function show(card, task) {
  const view = card.querySelector(".view");
  const [first] = task.files.filter((file) => file.kind !== "cover");
  const cover = task.files.find((file) => file.kind === "cover");
  if (!first) {
    view.replaceChildren(task.state);
  } else if (first.content_type.startsWith("video/")) {
    view.replaceChildren(make("video", {
      src: first.view, poster: cover?.view ?? "", controls: true, preload: "metadata", playsInline: true,
      ariaLabel: `Film of ${task.id}`,
    }));
  } else if (first.content_type.startsWith("image/")) {
    view.replaceChildren(make("img", { src: first.view, alt: `Picture of ${task.id}`, loading: "lazy" }));
  } else {
    view.replaceChildren(make("audio", { src: first.view, controls: true, preload: "none", ariaLabel: `Sound of ${task.id}` }));
  }
  const links = task.files.flatMap((file) => [make("a", { href: file.view, download: `${task.id}-${file.name}` }, file.name), " "]);
  card.querySelector(".files").replaceChildren(...links);
}

/** Tell those who do not see the page what has ended. */
function announce(tasks) {
  const ended = [];
  for (const task of tasks) {
    const before = known.states.get(task.id);
    if (before !== undefined && before !== task.state && ["succeeded", "failed", "canceled"].includes(task.state)) {
      ended.push(`${task.operation} ${task.state}`);
    }
  }
  known.states = new Map(tasks.map((task) => [task.id, task.state]));
  if (ended.length > 3) say(`${ended.length} tasks ended`);
  else if (ended.length) say(ended.join(", "));
}

const say = (text) => write(at("said"), text);

// -- what does not change -----------------------------------------------------------------------------------------------------

async function begin() {
  const { kinds, operations, specs, variables } = await call("GET", "/_emulator/");
  for (const [name, { about, options }] of Object.entries(kinds)) {
    const option = make("option", { value: name }, name);
    Object.assign(option.dataset, { about, options: options.join(" ") });
    at("kind").append(option);
  }
  for (const [provider, path] of Object.entries(specs)) {
    at("provider").append(make("option", { value: provider }, provider));
    at("specs").append(make("a", { href: path }, provider), " ");
  }
  at("operations").append(...operations.map((name) => make("option", { value: name })));
  write(at("variables"), Object.entries(variables).map(([name, value]) => `export ${name}=${value}`).join("\n"));
  fitForm();
}

// -- faults -----------------------------------------------------------------------------------------------------------------

function drawRules(rules) {
  const list = at("rules");
  const present = new Set(rules.map((rule) => `${rule.number}`));
  for (const item of [...list.children]) if (!present.has(item.dataset.rule)) item.remove();
  for (const { number, rule, calls, struck } of rules) {
    const item = list.querySelector(`[data-rule="${number}"]`) ?? list.appendChild(newRule(number, rule));
    write(item.querySelector(".small"), `struck ${struck} of ${calls} calls`);
  }
  at("no-rules").hidden = rules.length > 0;
}

function newRule(number, rule) {
  const { kind, ...others } = rule;
  const words = Object.entries(others).map(([name, value]) => `${name} ${value}`).join(", ");
  const remove = make("button", { type: "button", className: "quiet", ariaLabel: `Remove rule ${number}, ${kind}` }, "Remove");
  remove.addEventListener("click", () => act(() => call("DELETE", `/_emulator/faults/${number}`), `Rule ${kind} removed`));
  const item = make(
    "li", {},
    make("div", {}, make("strong", {}, kind), words ? ` ${words}` : "", make("div", { className: "small" })),
    remove,
  );
  item.dataset.rule = number;
  return item;
}

/** Show the fields that belong to the chosen kind. */
function fitForm() {
  const chosen = at("kind").selectedOptions[0];
  if (!chosen) return; // the kinds have not come yet
  write(at("about-kind"), chosen.dataset.about);
  const options = new Set(chosen.dataset.options.split(" "));
  for (const field of at("fault-form").querySelectorAll("[data-option]")) field.hidden = !options.has(field.dataset.option);
}

function ruleOfForm(form) {
  const rule = {};
  for (const field of form.elements) {
    if (!field.name || field.value === "" || field.closest("[hidden]")) continue;
    rule[field.name] = field.type === "number" ? Number(field.value) : field.name === "accepts" ? field.value === "true" : field.value;
  }
  return rule;
}

// -- what people do ---------------------------------------------------------------------------------------------------------

/** Do something at the emulator, tell what came of it, and show it. */
async function act(deed, done) {
  try {
    await deed();
    say(done);
    alarm("");
  } catch (error) {
    alarm(error instanceof TypeError ? GONE : error.message);
  }
  await ask();
}

at("kind").addEventListener("change", fitForm);
at("nth").addEventListener("input", () => {
  at("times").placeholder = at("nth").value ? "1" : "all";
});
at("fault-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const rule = ruleOfForm(event.target);
  write(at("fault-error"), "");
  try {
    await call("POST", "/_emulator/faults", rule);
    say(`Rule ${rule.kind} added`);
  } catch (error) {
    write(at("fault-error"), error.message);
  }
  await ask();
});
at("clear-rules").addEventListener("click", () => act(() => call("DELETE", "/_emulator/faults"), "All rules removed"));
at("clock-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const step = Number(at("step").value);
  act(() => call("POST", "/_emulator/clock", { step }), `Clock stepped by ${step} seconds`);
});
at("reset").addEventListener("click", () => {
  if (confirm("Forget all tasks, uploads, rules and credits spent?")) act(() => call("POST", "/_emulator/reset", {}), "Everything is forgotten");
});
at("more").addEventListener("click", () => {
  known.limit += TASKS_AT_ONCE;
  ask();
});
document.addEventListener("visibilitychange", () => document.hidden || ask());

begin().catch((error) => alarm(error instanceof TypeError ? GONE : error.message));
ask();
