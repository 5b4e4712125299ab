// The front page of the emulator: asks for the state every second and draws what has changed.

const POLL = 1000;
const TASKS_AT_ONCE = 24;
const GONE = "The emulator does not answer. This page asks again every second.";

const at = (id) => document.getElementById(id);
/** What the page has read and drawn. */
const page = { limit: TASKS_AT_ONCE, states: new Map(), cards: new Map(), timer: 0, asked: 0, shown: null, creates: {}, specs: {} };

/** An element with properties and children; texts become text, never markup. */
function make(name, properties = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

/** Write a text if it differs, so that nothing is announced or selected again needlessly. */
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

async function call(method, path, body) {
  const options = { method, headers: {} };
  if (body !== undefined) {
    options.headers["content-type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  const answer = await fetch(path, options).catch(() => {
    throw new Error(GONE);
  });
  const value = await answer.json();
  if (!answer.ok) throw new Error(value.error);
  return value;
}

// -- state ------------------------------------------------------------------------------------------------------------------

async function ask() {
  clearTimeout(page.timer);
  const turn = ++page.asked;
  try {
    const wanted = new URLSearchParams(new FormData(at("filter")));
    wanted.set("limit", page.limit);
    if (at("only-bad").checked) wanted.set("wrong", "yes");
    const state = await call("GET", `/_emulator/state?${wanted}`);
    const detail = page.shown && (await call("GET", `/_emulator/tasks/${page.shown}`).catch(() => null));
    if (turn === page.asked) draw(state);
    if (turn === page.asked && detail && detail.id === page.shown) drawDetail(detail);
  } catch (error) {
    if (turn === page.asked) alarm(error.message);
  }
  if (turn === page.asked && !document.hidden) page.timer = setTimeout(ask, POLL);
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
  drawLog(at("log"), state.requests);
  at("no-log").hidden = state.requests.length > 0;
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

const moment = (seconds) => new Date(seconds * 1000).toISOString().slice(11, 19);

// -- requests ---------------------------------------------------------------------------------------------------------------

/** Draw requests, the newest first. Equal ones in succession are one row, which has the number of the oldest as its id. */
function drawLog(list, requests) {
  const groups = [];
  for (const request of requests) {
    const same = JSON.stringify([request.method, request.path, request.status, request.fault, request.says]);
    const last = groups.at(-1);
    if (last?.same === same) Object.assign(last, { id: request.number, count: last.count + 1 });
    else groups.push({ same, request, id: request.number, count: 1 });
  }
  const present = new Set(groups.map((group) => `${group.id}`));
  for (const row of [...list.children]) if (!present.has(row.dataset.id)) row.remove();
  groups.forEach((group, index) => {
    const row = list.querySelector(`[data-id="${group.id}"]`) ?? newRow(group.id);
    if (list.children[index] !== row) list.insertBefore(row, list.children[index] ?? null);
    fillRow(row, group);
  });
}

function newRow(id) {
  const cell = (name) => make("span", { className: name });
  const rest = make("span", {}, ...["fault", "says", "count"].map(cell));
  const summary = make("summary", {}, ...["when", "method", "path", "status", "ms"].map(cell), rest);
  const details = make("details", {}, summary, make("div", { className: "bodies" }));
  details.addEventListener("toggle", () => details.open && showBodies(details));
  const row = make("li", {}, details);
  row.dataset.id = id;
  return row;
}

function fillRow(row, { request, count }) {
  const { status, ms } = request;
  row.firstChild.dataset.number = request.number;
  row.dataset.wrong = status === null || status >= 400 || request.fault !== null;
  const texts = {
    when: moment(request.moment), method: request.method, path: request.path, status: `${status ?? "no answer"}`,
    ms: ms === null ? "…" : `${Math.round(ms)} ms`, fault: request.fault ?? "", says: status === null ? "" : request.says, count: count > 1 ? `×${count}` : "",
  };
  if (request.operation === "notice") texts.method = "notice";
  for (const [name, text] of Object.entries(texts)) write(row.querySelector(`.${name}`), text);
}

async function showBodies(details) {
  const bodies = details.querySelector(".bodies");
  try {
    const { body, reply, status, operation, provider, account } = await call("GET", `/_emulator/requests/${details.dataset.number}`);
    const origin = [provider, operation || "no operation", account && `account ${account}`].filter(Boolean).join(" · ");
    bodies.replaceChildren(make("p", { className: "small" }, origin), ...pair("Sent", body), ...pair(status === null ? "Not answered" : "Answered", reply));
  } catch (error) {
    bodies.replaceChildren(make("p", { className: "error" }, error.message));
  }
}

const pair = (name, text) =>
  text ? [make("h4", {}, name), make("pre", { tabIndex: 0 }, make("code", {}, pretty(text)))] : [];

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

// -- one task ---------------------------------------------------------------------------------------------------------------

async function open(id) {
  page.shown = id;
  write(at("detail-note"), "");
  at("detail-log").replaceChildren();
  try {
    drawDetail(await call("GET", `/_emulator/tasks/${id}`));
    at("detail").showModal();
  } catch (error) {
    alarm(error.message);
  }
}

function drawDetail(task) {
  write(at("detail-name"), `${task.operation} at ${task.provider}`);
  if (at("ref").value !== task.ref) at("ref").value = task.ref;
  at("ref-line").hidden = !task.ref;
  at("detail-state").className = `state ${task.state}`;
  write(at("detail-state"), stateText(task));
  const times = [["Created", task.created], ["Started", task.started], ["Ended", task.ended]].filter(([, time]) => time !== null);
  const since = (time) => (time > task.created ? `, after ${(time - task.created).toFixed(1)} s` : "");
  const rows = [...times.map(([name, time]) => [name, moment(time) + since(time)]), ["Account", `${task.account}`], ["Status asked", `${task.polls} times`]];
  at("detail-times").replaceChildren(...rows.map(([name, text]) => make("div", {}, make("dt", {}, name), make("dd", {}, text))));
  for (const button of at("actions").querySelectorAll("button")) {
    button.disabled = button.dataset.action === "cancel" ? task.state !== "waiting" : !["waiting", "running"].includes(task.state);
  }
  write(at("detail-body"), JSON.stringify(task.body, null, 2));
  at("detail-files").replaceChildren(...links(task));
  drawLog(at("detail-log"), task.requests);
}

async function copy() {
  at("ref").select();
  try {
    await navigator.clipboard.writeText(at("ref").value);
  } catch { // a page that was not reached as localhost has no clipboard
    document.execCommand("copy");
  }
  write(at("detail-note"), "Copied");
}

// -- a new task -------------------------------------------------------------------------------------------------------------

const option = (value) => make("option", { value }, value);

async function fitOperations() {
  const provider = at("new-provider").value;
  at("new-operation").replaceChildren(...page.creates[provider].map(option));
  if (page.creates[provider].includes("textToVideo")) at("new-operation").value = "textToVideo";
  page.specs[provider] ??= await call("GET", `/_emulator/specs/${provider}`);
  fitExamples();
}

/** The documented examples of the chosen operation. */
function fitExamples() {
  const spec = page.specs[at("new-provider").value];
  for (const [path, methods] of Object.entries(spec.paths)) {
    const operation = methods.post;
    if (operation?.operationId !== at("new-operation").value) continue;
    page.examples = operation.requestBody.content["application/json"].examples;
    const names = Object.keys(page.examples).sort((one, other) => (one === "every-field") - (other === "every-field"));
    at("new-example").replaceChildren(...names.map(option));
    const [, name] = path.match(/{(\w+)}/) ?? [];
    at("new-id-field").hidden = !name;
    at("new-id").value = operation.parameters?.find((one) => one.name === name)?.example ?? "";
    at("new-id").placeholder = name ?? "";
  }
  fitBody();
}

function fitBody() {
  at("new-body").value = JSON.stringify(page.examples[at("new-example").value].value, null, 2);
}

async function send() {
  const answer = at("new-answer");
  try {
    const body = JSON.parse(at("new-body").value);
    const [provider, operation, id] = ["new-provider", "new-operation", "new-id"].map((name) => at(name).value);
    const seen = await call("POST", "/_emulator/requests", { provider, operation, id, body });
    const outcome = [seen.status ?? "no answer", seen.says, seen.fault].filter(Boolean).join(" · ");
    answer.className = seen.status === null || seen.status >= 400 ? "error" : "note";
    write(answer, outcome);
  } catch (error) {
    answer.className = "error";
    write(answer, error instanceof SyntaxError ? `This is no JSON: ${error.message}` : error.message);
  }
  await ask();
}

// -- tasks ------------------------------------------------------------------------------------------------------------------

function drawTasks(tasks, count) {
  const list = at("tasks");
  const present = new Set(tasks.map((task) => task.id));
  for (const [id, card] of page.cards) {
    if (!present.has(id)) {
      card.remove();
      page.cards.delete(id);
    }
  }
  tasks.forEach((task, index) => {
    const card = page.cards.get(task.id) ?? newCard(task);
    if (list.children[index] !== card) list.insertBefore(card, list.children[index] ?? null);
    fill(card, task);
  });
  at("empty").hidden = tasks.length > 0;
  at("more").hidden = tasks.length < page.limit || tasks.length === count;
  write(at("task-count"), count ? `${tasks.length} of ${count}` : "");
}

function newCard(task) {
  const name = make("button", { type: "button", className: "name", title: "Request, answers, reference" }, task.operation);
  name.addEventListener("click", () => open(task.id));
  const card = make(
    "li", { className: "task" },
    make("div", { className: "view" }),
    make(
      "div", { className: "facts" },
      make("h3", {}, name),
      make("p", { className: "small" }, [task.provider, task.model, task.id].filter(Boolean).join(" · ")),
      make("p", { className: "prompt" }, task.prompt),
      make("p", { className: "state" }),
      make("progress", { max: 100, ariaLabel: `Progress of ${task.id}` }),
      make("p", { className: "small files" }),
    ),
  );
  card.dataset.task = task.id;
  page.cards.set(task.id, card);
  return card;
}

function fill(card, task) {
  const state = card.querySelector(".state");
  state.className = `state ${task.state}`;
  write(state, stateText(task));
  const progress = card.querySelector("progress");
  progress.hidden = task.state !== "running";
  progress.value = task.progress;
  if (card.dataset.state !== task.state) {
    card.dataset.state = task.state;
    show(card, task);
  }
}

function stateText(task) {
  const why = task.failure ? `: ${task.failure}` : "";
  const back = ["failed", "canceled"].includes(task.state) ? ", paid back" : "";
  return `${task.state}${why}, ${amount(task.credits)} credits${back}`;
}

const links = (task) =>
  task.files.flatMap((file) => [make("a", { href: file.view, download: `${task.id}-${file.name}` }, file.name), " "]);

/** Show the results, to play, in place of the state. */
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
  card.querySelector(".files").replaceChildren(...links(task));
}

/** Report to screen readers what has ended. */
function announce(tasks) {
  const ended = [];
  for (const task of tasks) {
    const before = page.states.get(task.id);
    if (before !== undefined && before !== task.state && ["succeeded", "failed", "canceled"].includes(task.state)) {
      ended.push(`${task.operation} ${task.state}`);
    }
  }
  page.states = new Map(tasks.map((task) => [task.id, task.state]));
  if (ended.length > 3) say(`${ended.length} tasks ended`);
  else if (ended.length) say(ended.join(", "));
}

const say = (text) => write(at("said"), text);

// -- what does not change -----------------------------------------------------------------------------------------------------

async function begin() {
  const { kinds, operations, specs, variables, creates } = await call("GET", "/_emulator/");
  for (const [name, { about, options }] of Object.entries(kinds)) {
    const kind = option(name);
    Object.assign(kind.dataset, { about, options: options.join(" ") });
    at("kind").append(kind);
  }
  for (const provider of Object.keys(specs)) {
    for (const choice of ["provider", "of-provider", "new-provider"]) at(choice).append(option(provider));
    at("specs").append(make("a", { href: `/_emulator/api/${provider}` }, provider), " ");
  }
  page.creates = creates;
  at("operations").append(...operations.map(option));
  write(at("variables"), Object.entries(variables).map(([name, value]) => `export ${name}=${value}`).join("\n"));
  fitForm();
}

// -- faults -----------------------------------------------------------------------------------------------------------------

function drawRules(rules) {
  const list = at("rules");
  const present = new Set(rules.map((rule) => `${rule.number}`));
  for (const item of [...list.children]) if (!present.has(item.dataset.rule)) item.remove();
  for (const { number, rule, calls, applied } of rules) {
    const item = list.querySelector(`[data-rule="${number}"]`) ?? list.appendChild(newRule(number, rule));
    write(item.querySelector(".small"), `applied to ${applied} of ${calls} calls`);
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
    if (field.name === "accepts") rule.accepts = field.value === "true";
    else rule[field.name] = field.type === "number" ? Number(field.value) : field.value;
  }
  return rule;
}

// -- what users do ---------------------------------------------------------------------------------------------------------

/** Do something at the emulator, report it as `done` or its error, and draw the new state. */
async function act(deed, done) {
  try {
    await deed();
    say(done);
    alarm("");
  } catch (error) {
    alarm(error.message);
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
  page.limit += TASKS_AT_ONCE;
  ask();
});
for (const field of ["search", "of-provider", "of-state", "only-bad"]) at(field).addEventListener("input", ask);
at("filter").addEventListener("submit", (event) => event.preventDefault());
at("new").addEventListener("toggle", () => at("new").open && !at("new-operation").value && act(fitOperations, ""));
at("new-provider").addEventListener("change", () => act(fitOperations, ""));
at("new-operation").addEventListener("change", fitExamples);
at("new-example").addEventListener("change", fitBody);
at("task-form").addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
at("copy").addEventListener("click", copy);
at("close").addEventListener("click", () => at("detail").close());
at("detail").addEventListener("close", () => {
  page.shown = null;
});
for (const button of at("actions").querySelectorAll("button")) {
  button.addEventListener("click", async () => {
    const done = call("POST", `/_emulator/tasks/${page.shown}`, { action: button.dataset.action });
    write(at("detail-note"), await done.then(() => "Done", (error) => error.message));
    await ask();
  });
}
document.addEventListener("visibilitychange", () => document.hidden || ask());

begin().catch((error) => alarm(error.message));
ask();
