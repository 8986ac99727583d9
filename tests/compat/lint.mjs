// Reads from its input a list of {path, isOurs} as JSON, judges each file, writes a list of findings as JSON.
import { readFileSync } from "node:fs";
import { ESLint } from "eslint";
import stylelint from "stylelint";

import { scripts, styles } from "./rules.mjs";

const AROUND = 60;

function finding(file, source, { line, column, rule, text }) {
  const row = source.split("\n")[line - 1] || "";
  const excerpt = row.slice(Math.max(0, column - 1 - AROUND / 3), column - 1 + AROUND).trim();
  return { path: file.path, line, rule, text, excerpt };
}

async function lintScript(file, source) {
  const isModule = /\.mjs$/.test(file.path) || /^\s*(import|export)\s/m.test(source.slice(0, 5000));
  const eslint = new ESLint({ overrideConfigFile: true, overrideConfig: [scripts({ isOurs: file.isOurs, isModule })] });
  const [result] = await eslint.lintText(source, { filePath: "served.js" });
  return result.messages.map(({ line = 1, column = 1, ruleId, message }) =>
    finding(file, source, { line, column, rule: ruleId || "parse", text: message }),
  );
}

async function lintStyle(file, source) {
  const { results } = await stylelint.lint({ code: source, config: styles, ignoreDisables: true });
  const misused = results.flatMap((result) => result.invalidOptionWarnings);
  if (misused.length) throw new Error(`rules.mjs: ${misused.map((warning) => warning.text).join("; ")}`);
  return results.flatMap(({ warnings }) =>
    warnings.map(({ line, column, rule, text }) => finding(file, source, { line, column, rule, text })),
  );
}

const findings = [];
for (const file of JSON.parse(readFileSync(0, "utf8"))) {
  const source = readFileSync(file.path, "utf8");
  findings.push(...(await (file.path.endsWith(".css") ? lintStyle : lintScript)(file, source)));
}
process.stdout.write(JSON.stringify(findings));
