// Translates ten.cql, runs it over a file of Bundles (one a line, one a patient) twice, and prints as JSON the hits by
// patient, the seconds of the translation, and those of the second run and of its work on all cores: text in, hits out,
// the code warm.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { SystemModelInfoProvider } from "@cqframework/cql/cql";
import { CqlTranslator, LibraryManager, ModelManager, createModelInfoProvider, stringAsSource } from "@cqframework/cql/cql-to-elm";

const require = createRequire(import.meta.url);
const cql = require("cql-execution");
const fhir = require("cql-exec-fhir");

const secondsSince = (began) => Number(process.hrtime.bigint() - began) / 1e9;
const textOf = (name) => readFileSync(fileURLToPath(new URL(name, import.meta.url)), "utf8");

const translating = process.hrtime.bigint();
const ofFhir = textOf("node_modules/cql-exec-fhir/lib/modelInfos/fhir-modelinfo-4.0.1.xml");
const models = new ModelManager();
models.modelInfoLoader.registerModelInfoProvider(new SystemModelInfoProvider());
models.modelInfoLoader.registerModelInfoProvider(
  createModelInfoProvider((id) => (id === "FHIR" ? stringAsSource(ofFhir) : null)),
);
const translator = CqlTranslator.fromText(textOf("ten.cql"), new LibraryManager(models));
const elm = JSON.parse(translator.toJson());
const faults = (elm.library.annotation ?? []).filter((note) => note.errorSeverity === "error");
if (faults.length) throw new Error(JSON.stringify(faults, null, 1));
const translation = secondsSince(translating);

const names = elm.library.statements.def.map((one) => one.name).filter((name) => name.includes("/"));
const executor = new cql.Executor(new cql.Library(elm));
const lines = readFileSync(process.argv[2], "utf8").trim().split("\n");

async function run() {
  const source = fhir.PatientSource.FHIRv401();
  source.loadBundles(lines.map((line) => JSON.parse(line)));
  return (await executor.exec(source)).patientResults;
}

await run();
const began = process.hrtime.bigint();
const before = process.cpuUsage();
const results = await run();
const seconds = secondsSince(began);
const used = process.cpuUsage(before);
const work = (used.user + used.system) / 1e6;

const hits = Object.fromEntries(
  Object.entries(results).map(([id, found]) => [id, names.filter((name) => found[name] === true)]),
);
process.stdout.write(JSON.stringify({ translation, seconds, work, names, hits }));
