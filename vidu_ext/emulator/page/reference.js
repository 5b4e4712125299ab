// The reference of one provider: its packaged spec in Swagger UI, with this emulator as the server and a key that it takes.

const provider = location.pathname.split("/").pop();
const read = async (path) => (await fetch(path)).json();
const [{ specs, variables }, spec] = await Promise.all([read("/_emulator/"), read(`/_emulator/specs/${provider}`)]);

const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();

for (const name of Object.keys(specs)) {
  const link = Object.assign(document.createElement("a"), { href: `/_emulator/api/${name}`, textContent: name });
  if (name === provider) link.ariaCurrent = "page";
  document.getElementById("nav").append(link);
}

const key = variables[`${provider.toUpperCase()}_API_KEY`];
const schemes = Object.entries(spec.components.securitySchemes);
spec.servers = [{ url: variables[`${provider.toUpperCase()}_BASE_URL`], description: "This emulator" }];
const ui = SwaggerUIBundle({
  dom_id: "#api",
  spec,
  defaultModelsExpandDepth: 0,
  filter: true,
  tryItOutEnabled: true,
  validatorUrl: null,
  onComplete() {
    if (key.startsWith("'")) return; // a placeholder: a key of the settings is not shown
    for (const [name, scheme] of schemes) {
      if (scheme.name === "X-HMAC-SIGNATURE") continue;
      const word = scheme["x-key-prefix"];
      ui.preauthorizeApiKey(name, scheme.type === "apiKey" && word ? `${word} ${key}` : key);
    }
  },
});
