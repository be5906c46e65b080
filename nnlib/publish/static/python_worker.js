// Python in a worker: it loads Pyodide, numpy and the wheel of the project, then answers one request after another.
const send = (kind, more = {}) => postMessage({ kind, ...more });
let python, bytes = 0;

// Every download is counted, so that the page can say how much has come.
const plainFetch = self.fetch.bind(self);
self.fetch = async (...given) => {
  const response = await plainFetch(...given);
  if (!response.ok || !response.body) return response;
  const counted = response.body.pipeThrough(new TransformStream({
    transform(chunk, controller) {
      bytes += chunk.byteLength;
      send("loading", { bytes });
      controller.enqueue(chunk);
    },
  }));
  return new Response(counted, { status: response.status, headers: response.headers });
};

async function start({ home, wheel }) {
  send("loading", { bytes, what: "Python" });
  const { loadPyodide } = await import(home + "pyodide.mjs");
  python = await loadPyodide({ indexURL: home });
  send("loading", { bytes, what: "numpy" });
  await python.loadPackage("numpy", { messageCallback() {}, errorCallback(text) { throw new Error(text); } });
  send("loading", { bytes, what: "nnlib" });
  const came = await fetch(wheel);
  if (!came.ok) throw new Error(`the project's wheel did not come (${came.status})`);
  python.unpackArchive(await came.arrayBuffer(), "wheel");
  python.runPython("from nnlib.publish.browser_worker import answer");
  send("ready", { bytes });
}

onmessage = async ({ data }) => {
  try {
    if (data.kind === "start") await start(data);
    else send("answer", { id: data.id, ...JSON.parse(python.globals.get("answer")(JSON.stringify(data.request))) });
  } catch (fault) {
    send("failed", { id: data.id, message: String((fault && fault.message) || fault) });
  }
};
