import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";

const [provider, way, mode] = process.argv.slice(2);
const [direct, stream] = [way === "direct", mode === "stream"];
const apiKey = "sk-hard-coded-into-a-program";
const messages = [{ role: "user", content: "hello from node" }];
let text = "";
if (provider === "anthropic") {
  const client = direct ? new Anthropic({ baseURL: "https://api.anthropic.com", apiKey }) : new Anthropic();
  const ask = { model: "claude-sonnet-4-6", max_tokens: 100, messages };
  if (stream) {
    const final = await client.messages.stream(ask).on("text", (piece) => (text += piece)).finalMessage();
    if (final.content[0].text !== text) throw new Error("the pieces are not the whole");
  } else {
    text = (await client.messages.create(ask)).content[0].text;
  }
} else {
  const client = direct ? new OpenAI({ baseURL: "https://api.openai.com/v1", apiKey }) : new OpenAI();
  if (provider === "responses") {
    const ask = { model: "gpt-5-mini", input: messages };
    if (stream) {
      for await (const event of await client.responses.create({ ...ask, stream }))
        if (event.type === "response.output_text.delta") text += event.delta;
    } else {
      text = (await client.responses.create(ask)).output_text;
    }
  } else {
    const ask = { model: "gpt-5-mini", messages };
    if (stream) {
      for await (const chunk of await client.chat.completions.create({ ...ask, stream }))
        text += chunk.choices[0]?.delta.content ?? "";
    } else {
      text = (await client.chat.completions.create(ask)).choices[0].message.content;
    }
  }
}
console.log(text);
