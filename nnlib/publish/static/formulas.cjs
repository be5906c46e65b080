// Turns a JSON list of [tex, display] on stdin into a JSON list of HTML on stdout: formulas are drawn at build time.
const katex = require(process.argv[2]);
let text = "";
process.stdin.setEncoding("utf8");
process.stdin.on("data", (part) => { text += part; });
process.stdin.on("end", () => {
  const drawn = JSON.parse(text).map(([tex, display]) => {
    try {
      return katex.renderToString(tex, { displayMode: display, throwOnError: true, strict: "ignore", output: "htmlAndMathml" });
    } catch (fault) {
      process.stderr.write(`${fault.message}\n  in the formula: ${tex}\n`);
      process.exit(1);
    }
  });
  process.stdout.write(JSON.stringify(drawn));
});
