const [provider, way, mode] = process.argv.slice(2);
const [anthropic, direct, stream] = [provider === "anthropic", way === "direct", mode === "stream"];
const env = process.env;
const base = anthropic
  ? `${direct ? "https://api.anthropic.com" : env.ANTHROPIC_BASE_URL}/v1/messages`
  : `${direct ? "https://api.openai.com/v1" : env.OPENAI_BASE_URL}/chat/completions`;
const key = direct ? "sk-hard-coded-into-a-program" : anthropic ? env.ANTHROPIC_API_KEY : env.OPENAI_API_KEY;
const answer = await fetch(base, {
  method: "POST",
  headers: {
    "content-type": "application/json",
    ...(anthropic ? { "x-api-key": key, "anthropic-version": "2023-06-01" } : { authorization: `Bearer ${key}` }),
  },
  body: JSON.stringify({
    model: anthropic ? "claude-sonnet-4-6" : "gpt-5-mini",
    ...(anthropic ? { max_tokens: 100 } : {}),
    stream,
    messages: [{ role: "user", content: "hello from fetch" }],
  }),
});
const body = await answer.text();
if (!answer.ok) throw new Error(`${answer.status} ${body}`);
const pick = (json) =>
  anthropic
    ? (json.content?.[0].text ?? json.delta?.text ?? "")
    : (json.choices?.[0]?.message?.content ?? json.choices?.[0]?.delta?.content ?? "");
const events = stream
  ? body.split("\n").filter((line) => line.startsWith("data: {")).map((line) => JSON.parse(line.slice(6)))
  : [JSON.parse(body)];
console.log(events.map(pick).join(""));
