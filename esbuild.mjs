// Builds what is shipped: node esbuild.mjs [extension|cli|webview ...] [--watch] [--dev]
// Without names all three bundles; --dev leaves them readable, --watch implies it.
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { parseArgs } from "node:util";
import { build, context } from "esbuild";
import { builtinTools } from "./src/tools/index.ts";
import { writeNotices } from "./test/dev/notices.ts";

const ROOT = import.meta.dirname;
const DIST = join(ROOT, "dist");
const KB = 1024;

const { values: flags, positionals: names } = parseArgs({
  allowPositionals: true,
  options: { watch: { type: "boolean", default: false }, dev: { type: "boolean", default: false } },
});
const isReadable = flags.dev || flags.watch;
const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));

/** CommonJS packages inside an ES module still expect these three names. */
const COMMONJS_NAMES = [
  'import { createRequire as createRequire__plumb } from "node:module";',
  'import { fileURLToPath as fileURLToPath__plumb } from "node:url";',
  "const require = createRequire__plumb(import.meta.url);",
  "const __filename = fileURLToPath__plumb(import.meta.url);",
  'const __dirname = fileURLToPath__plumb(new URL(".", import.meta.url));',
].join("");

const shared = {
  absWorkingDir: ROOT,
  outdir: DIST,
  bundle: true,
  format: "esm",
  // Splitting keeps late imports late. It is also one of two cures for a crash: zod and zod/v4 as two copies in
  // one file throw "e is not a constructor". The alias is the other cure; either is enough, both stay. What asks for the
  // third version gets the one that the fourth brings.
  splitting: true,
  alias: { "zod/v4": "zod", "zod/v3": join(ROOT, "node_modules/zod/v3/index.js") },
  metafile: true,
  write: false,
  minify: !isReadable,
  sourcemap: isReadable ? "linked" : "external",
  sourcesContent: true,
  legalComments: "none",
  logLevel: "warning",
  define: {
    PLUMB_VERSION: JSON.stringify(version),
    "process.env.NODE_ENV": JSON.stringify(isReadable ? "development" : "production"),
  },
};

const toolSchemas = Object.fromEntries(builtinTools.map(({ spec }) => [spec.name, spec.input_schema]));

const node = {
  ...shared,
  define: {
    ...shared.define,
    // Working them out is a thirtieth of a start. Not while watching, when they may change. As text: a value would be a module
    // that every other one waits for.
    PLUMB_TOOL_SCHEMAS: isReadable ? "undefined" : JSON.stringify(JSON.stringify(toolSchemas)),
  },
  platform: "node",
  target: "node22",
  mainFields: ["module", "main"],
  banner: { js: COMMONJS_NAMES },
};

/**
 * The panel checks values and never describes its schemas, and the program has the descriptions of its tools from here, so
 * the half of zod that makes them (18 KB) stays out. Every schema asks for the first two methods when it is made.
 */
const withoutJsonSchema = {
  name: "without-json-schema",
  setup(build) {
    const methods = ["createToJSONSchemaMethod", "createStandardJSONSchemaMethod"];
    const rest = ["extractDefs", "finalize", "handleUnrepresentable", "initializeContext", "processSchema"];
    const refuse = '() => { throw new Error("The schemas of tools are worked out when Plumb is built."); }';
    const stubs = (names, body) => names.map((name) => `export const ${name} = ${body};`).join("");
    build.onLoad({ filter: /zod[\\/]v4[\\/]core[\\/]to-json-schema\.js$/ }, () => ({
      contents: stubs(methods, "() => undefined") + stubs(rest, refuse),
    }));
    build.onLoad({ filter: /zod[\\/]v4[\\/]core[\\/]json-schema-processors\.js$/ }, () => ({
      contents: stubs(["toJSONSchema", "allProcessors"], refuse),
    }));
    // The processors of the single types, which nothing reaches.
    build.initialOptions.logOverride = { "import-is-undefined": "silent" };
  },
};

/** The parser of options can run other programs as its commands. Ours does not, so what that takes is not loaded for it. */
const withoutSubprograms = {
  name: "without-subprograms",
  setup(build) {
    const filter = /^node:child_process$/;
    build.onResolve({ filter }, ({ path, importer }) =>
      /[\\/]commander[\\/]/.test(importer) ? { path, namespace: "late" } : undefined,
    );
    build.onLoad({ filter, namespace: "late" }, () => ({ contents: "export default {};" }));
  },
};

/** What the entry shares with the program would be a file that both wait for, so the entry has a copy: two small functions. */
const entryOfItsOwn = {
  name: "entry-of-its-own",
  setup(build) {
    const namespace = "entry";
    build.onResolve({ filter: /^\./ }, ({ path, importer, kind }) =>
      kind === "import-statement" && importer === join(ROOT, "src/cli.ts")
        ? { path: `src/${path}`, namespace }
        : undefined,
    );
    build.onLoad({ filter: /.*/, namespace }, ({ path }) => ({
      contents: readFileSync(join(ROOT, path), "utf8"),
      loader: "ts",
    }));
  },
};

/**
 * Node's `Headers` brings all of its `fetch` with it, which is an eighth of a start; the program has another `fetch`, and the
 * SDK gets headers to go with it. In the editor all of that is there already. Nor has it tools of its own, which would share
 * files with what every request needs.
 */
const sdkForRequests = {
  name: "sdk-for-requests",
  setup(build) {
    build.onResolve({ filter: /[\\/]agent-toolset[\\/]node\.mjs$/ }, ({ path }) => ({
      path,
      namespace: "no-tools",
    }));
    build.onLoad({ filter: /.*/, namespace: "no-tools" }, () => ({ contents: "export {};" }));
    const from = JSON.stringify(join(ROOT, "src/hosts/node/plain-headers.ts"));
    build.onLoad({ filter: /@anthropic-ai[\\/]sdk[\\/].*\.mjs$/ }, ({ path }) => {
      const code = readFileSync(path, "utf8");
      if (!/\b(new|instanceof) Headers\b/.test(code)) return undefined;
      return { contents: `import { PlainHeaders as Headers } from ${from};${code}` };
    });
  },
};

/**
 * What reads somebody's JSON schema, and what talks with servers of tools, uses all of zod. As one module with the rest, all of
 * that would load at the start, so it gets a copy of its own, which is late.
 */
const zodOfItsOwn = {
  name: "zod-of-its-own",
  setup(build) {
    const namespace = "own-zod";
    // Relative, so that what is built does not name the folder it was built in.
    const inRoot = (path) => relative(ROOT, path).split(sep).join("/");
    build.onResolve({ filter: /^zod(?:\/v4)?$/ }, ({ importer }) =>
      /[\\/]cli[\\/]json-schema\.ts$|[\\/]src[\\/]mcp[\\/]|[\\/]@modelcontextprotocol[\\/]/.test(importer)
        ? { path: "node_modules/zod/index.js", namespace }
        : undefined,
    );
    build.onResolve({ filter: /^\./, namespace }, ({ path, resolveDir }) => ({
      path: inRoot(join(resolveDir, path)),
      namespace,
      sideEffects: false,
    }));
    build.onLoad({ filter: /.*/, namespace }, ({ path }) => ({
      contents: readFileSync(join(ROOT, path), "utf8"),
      resolveDir: dirname(join(ROOT, path)),
    }));
  },
};

/** Large late parts that the extension and the program have in one copy, which saves a tenth of what is shipped. Name by what asks. */
const SHARED_PARTS = {
  "@anthropic-ai/sandbox-runtime": "sandbox",
  "./html-to-markdown.ts": "html-to-markdown",
};
/** Stands for the way there, which depends on the file that asks. As long as `..`, so that the source map fits. */
const AWAY = "@@";

const sharedParts = {
  name: "shared-parts",
  setup(build) {
    build.onResolve({ filter: /./ }, ({ path, kind }) =>
      kind === "dynamic-import" && Object.hasOwn(SHARED_PARTS, path)
        ? { path: `${AWAY}/shared/${SHARED_PARTS[path]}.js`, external: true }
        : undefined,
    );
  },
};

/** Writes out the way to what is shared. */
function askForShared(code, path) {
  if (dirname(path) !== DIST) return code.replaceAll(`"${AWAY}/shared/`, '"../shared/');
  return code.replaceAll(new RegExp(`"${AWAY}(/shared/[\\w-]+\\.js")`, "g"), '".$1 ');
}

/** `eagerLimit` bounds the bytes that must be read before anything can run: the entry and all it imports statically. */
const BUNDLES = {
  extension: {
    eagerLimit: 400 * KB,
    options: {
      ...node,
      entryPoints: { extension: "src/extension.ts" },
      chunkNames: "extension/[name]-[hash]",
      external: ["vscode", "canvas"],
      plugins: [sharedParts],
    },
  },
  cli: {
    // The entry only switches the compile cache on; this is what then loads before anything can run.
    start: "src/cli-program.ts",
    eagerLimit: 400 * KB,
    options: {
      ...node,
      // The package's own surface is another way in, to the same parts.
      entryPoints: { cli: "src/cli.ts", embed: "src/embed.ts" },
      chunkNames: "cli/[name]-[hash]",
      external: ["canvas"],
      plugins: isReadable
        ? [sharedParts]
        : [sharedParts, entryOfItsOwn, zodOfItsOwn, withoutJsonSchema, withoutSubprograms, sdkForRequests],
    },
  },
  shared: {
    options: {
      ...node,
      entryPoints: {
        // Ours first: the name of the first one must not depend on where packages lie.
        "shared/html-to-markdown": "src/tools/html-to-markdown.ts",
        "shared/sandbox": "@anthropic-ai/sandbox-runtime",
      },
      chunkNames: "shared/[name]-[hash]",
      external: ["canvas"],
    },
  },
  webview: {
    eagerLimit: 500 * KB,
    options: {
      ...shared,
      platform: "browser",
      target: "chrome130",
      jsx: "automatic",
      jsxDev: isReadable,
      entryPoints: { "webview/main": "webview/src/main.tsx" },
      // One shared part under a fixed name, which the page loads beside the entry; a second one would fail to build.
      chunkNames: "webview/[name]",
      plugins: [withoutJsonSchema],
      assetNames: "webview/[name]-[hash]",
      loader: { ".ttf": "file", ".woff2": "file", ".svg": "file" },
    },
  },
};

// Its own copy of what it shares with the panel: a second shared part would be loaded by the panel as well.
BUNDLES.page = {
  options: {
    ...BUNDLES.webview.options,
    splitting: false,
    entryPoints: { "page/main": "webview/src/permissions/main.tsx" },
    chunkNames: "page/[name]",
    assetNames: "page/[name]-[hash]",
  },
};

function eagerFiles(outputs, entry) {
  const seen = new Set([entry]);
  for (const file of seen) {
    for (const next of outputs[file].imports) {
      if (next.kind === "import-statement" && !next.external) seen.add(next.path);
    }
  }
  return [...seen];
}

const BUILTIN = /import(?: ([\w$]+),)?(?:\{([^{}"]*)\}| ([\w$]+) |\*as [\w$]+ )from"(node:[\w/]+)";/g;

/**
 * Asks Node for its built-in modules directly. As an import, each one is first wrapped in an ES module, and every lazy
 * part of it is loaded for that: a twentieth of a start. Statements leave as many blanks behind, so the source map fits.
 */
function askForBuiltins(code, { imports }) {
  const found = [];
  let count = 0;
  const body = code.replaceAll(BUILTIN, (statement, both, names, all, builtin) => {
    count += 1;
    if (names === undefined && all === undefined) return statement;
    const into = all ?? `{${names.replaceAll(" as ", ":")}}`;
    const asked = `process.getBuiltinModule("${builtin}")`;
    found.push(both === undefined ? `const ${into}=${asked};` : `const ${both}=${asked},${into}=${both};`);
    return " ".repeat(statement.length);
  });
  const written = imports.filter(({ path, kind }) => path.startsWith("node:") && kind === "import-statement");
  // Text that merely looks like an import must not be rewritten.
  if (count !== written.length)
    throw new Error(`${written.length} built-in imports, but ${count} were found`);
  const [, hashbang = "", rest = ""] = /^(#!.*\n)?([\s\S]*)$/.exec(body) ?? [];
  return hashbang + found.join("") + rest;
}

/** Writes only what changed and removes what is stale, so that a running editor never sees an empty folder. */
function writeOutputs(name, files) {
  const fresh = new Set(files.map((file) => file.path));
  for (const { path, contents } of files) {
    if (existsSync(path) && readFileSync(path).equals(contents)) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, contents);
  }
  const folder = join(DIST, name);
  for (const file of existsSync(folder) ? readdirSync(folder) : []) {
    if (!fresh.has(join(folder, file))) rmSync(join(folder, file), { recursive: true });
  }
  if (name === "cli") chmodSync(join(DIST, "cli.js"), 0o755);
}

/** The sandbox blocks sockets with a helper program, which it looks for beside the folder of its own code. */
function copySandboxHelpers() {
  const from = join(ROOT, "node_modules/@anthropic-ai/sandbox-runtime/vendor/seccomp");
  for (const arch of ["x64", "arm64"]) {
    const folder = join(DIST, "vendor/seccomp", arch);
    mkdirSync(folder, { recursive: true });
    const target = join(folder, "apply-seccomp");
    // A helper that runs right now cannot be written to.
    rmSync(target, { force: true });
    copyFileSync(join(from, arch, "apply-seccomp"), target);
    chmodSync(target, 0o755);
  }
}

/** What reads PowerShell: the runtime of syntax trees and the one grammar of those that come in its package. */
function copyGrammar() {
  const folder = join(DIST, "grammar");
  mkdirSync(folder, { recursive: true });
  const files = {
    "tree-sitter.wasm": "web-tree-sitter/web-tree-sitter.wasm",
    "tree-sitter-powershell.wasm": "@vscode/tree-sitter-wasm/wasm/tree-sitter-powershell.wasm",
  };
  for (const [name, from] of Object.entries(files)) {
    copyFileSync(join(ROOT, "node_modules", from), join(folder, name));
    chmodSync(join(folder, name), 0o644);
  }
}

/** Writes the bundle and resolves to what is wrong with it: that it outgrew its budget. */
function finish(name, { metafile, outputFiles }) {
  const start = startOf(name);
  const [entry] = Object.entries(metafile.outputs).find(
    ([path, output]) => output.entryPoint === start && path.endsWith(".js"),
  );
  const bytes = (paths) => paths.reduce((sum, path) => sum + metafile.outputs[path].bytes, 0);
  const eager = bytes(eagerFiles(metafile.outputs, entry));
  const all = bytes(Object.keys(metafile.outputs).filter((path) => !path.endsWith(".map")));
  const limit = BUNDLES[name].eagerLimit;
  const kb = (size) => `${(size / KB).toFixed(0)} KB`;
  console.log(
    `${name.padEnd(10)} eager ${kb(eager).padStart(7)}${limit && !isReadable ? ` of ${kb(limit)}` : ""}, with late parts ${kb(all)}`,
  );
  mkdirSync(join(DIST, "meta"), { recursive: true });
  writeFileSync(join(DIST, "meta", `${name}.json`), JSON.stringify(metafile));
  const files = outputFiles.map(({ path, contents, text }) => {
    const output = metafile.outputs[relative(ROOT, path).split(sep).join("/")];
    const isProgram = name === "cli" && !isReadable;
    if (name === "webview" || name === "page" || !path.endsWith(".js"))
      return { path, contents: Buffer.from(contents) };
    const code = askForShared(text, path);
    return { path, contents: Buffer.from(isProgram ? askForBuiltins(code, output) : code) };
  });
  writeOutputs(name, files);
  if (name !== "webview") {
    copySandboxHelpers();
    copyGrammar();
  }
  if (!limit || eager <= limit || isReadable) return undefined;
  return (
    `${name}: ${kb(eager)} load before anything can run, the budget is ${kb(limit)}. ` +
    `Import what is rarely needed with await import(); dist/meta/${name}.json says what is inside.`
  );
}

/** The one in which all that runs begins. What is imported late is an entry point to esbuild as well. */
const startOf = (name) => BUNDLES[name].start ?? Object.values(BUNDLES[name].options.entryPoints)[0];

/**
 * Keeps what loads at the start in one file. Left to itself, esbuild makes a file of each group of modules that the same
 * late parts share with the start: fifty of them, each of which costs a start more than what is in it. So each late
 * part says that it needs all of the start, which is there when it loads.
 */
async function startInOneFile(name) {
  const { options } = BUNDLES[name];
  const first = await build({ ...options, write: false, logLevel: "silent" });
  const { outputs } = first.metafile;
  const start = startOf(name);
  const [entry] = Object.entries(outputs).find(([, output]) => output.entryPoint === start);
  const isOurs = (path) => path.startsWith("src/");
  const eager = eagerFiles(outputs, entry)
    .flatMap((file) => Object.keys(outputs[file].inputs))
    .filter((path) => isOurs(path) && path !== start);
  const entries = Object.values(options.entryPoints);
  const late = Object.values(outputs)
    .flatMap(({ entryPoint }) => entryPoint ?? [])
    .filter((path) => isOurs(path) && path !== start && !entries.includes(path));
  if (name === "cli") late.push("src/embed.ts");
  return {
    name: "start-in-one-file",
    setup(step) {
      step.onResolve({ filter: /^plumb:start$/ }, ({ path }) => ({ path, namespace: "start" }));
      step.onLoad({ filter: /.*/, namespace: "start" }, () => ({
        contents: eager.map((path) => `import ${JSON.stringify(`./${path}`)};`).join(""),
        resolveDir: ROOT,
      }));
      step.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        if (!late.includes(relative(ROOT, path).split(sep).join("/"))) return undefined;
        return { contents: `import "plumb:start";${readFileSync(path, "utf8")}`, loader: "ts" };
      });
    },
  };
}

async function make(name) {
  const plugin = {
    name: "finish",
    setup(step) {
      step.onEnd((result) => {
        const problem = result.errors.length === 0 && finish(name, result);
        return problem ? { errors: [{ text: problem }] } : undefined;
      });
    },
  };
  const { options } = BUNDLES[name];
  const plugins = [...(options.plugins ?? []), plugin];
  if (name === "cli" && !isReadable) plugins.unshift(await startInOneFile(name));
  const builder = await context({ ...options, plugins });
  if (flags.watch) return builder.watch();
  try {
    await builder.rebuild();
  } finally {
    await builder.dispose();
  }
}

const unknown = names.filter((name) => !Object.hasOwn(BUNDLES, name));
if (unknown.length > 0) {
  console.error(`No bundle is called ${unknown.join(", ")}. There are ${Object.keys(BUNDLES).join(", ")}.`);
  process.exit(2);
}
const needsShared = names.some((name) => name === "extension" || name === "cli");
const wanted =
  names.length > 0 ? [...new Set([...names, ...(needsShared ? ["shared"] : [])])] : Object.keys(BUNDLES);
const done = await Promise.allSettled(wanted.map(make));
const failed = done.filter((result) => result.status === "rejected");
// esbuild has printed its own errors.
for (const { reason } of failed) if (!reason.errors) console.error(reason);
if (failed.length > 0) process.exit(1);
if (!flags.watch && names.length === 0) {
  const path = writeNotices(ROOT, DIST);
  console.log(`notices    ${relative(ROOT, path).split(sep).join("/")}`);
}
