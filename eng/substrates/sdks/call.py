"""Calls a provider with what Python brings itself."""

import json
import os
import sys
import urllib.request

provider, way, mode = sys.argv[1:]
anthropic, direct, stream = provider == "anthropic", way == "direct", mode == "stream"
key = "sk-hard-coded-into-a-program" if direct else os.environ["ANTHROPIC_API_KEY" if anthropic else "OPENAI_API_KEY"]
ask = {"stream": stream, "messages": [{"role": "user", "content": "hello from python"}]}
if anthropic:
    base = "https://api.anthropic.com" if direct else os.environ["ANTHROPIC_BASE_URL"]
    url, headers = base + "/v1/messages", {"x-api-key": key, "anthropic-version": "2023-06-01"}
    ask |= {"model": "claude-sonnet-4-6", "max_tokens": 100}
else:
    base = "https://api.openai.com/v1" if direct else os.environ["OPENAI_BASE_URL"]
    url, headers = base + "/chat/completions", {"authorization": "Bearer " + key}
    ask |= {"model": "gpt-5-mini"}


def text(answer):
    if anthropic:
        return answer["content"][0]["text"] if "content" in answer else answer.get("delta", {}).get("text", "")
    choice = (answer["choices"] or [{"delta": {}}])[0]
    return choice["message"]["content"] if "message" in choice else choice["delta"].get("content", "")


request = urllib.request.Request(url, json.dumps(ask).encode(), {"content-type": "application/json"} | headers)
with urllib.request.urlopen(request) as answer:
    if stream:
        print("".join(text(json.loads(line[6:])) for line in answer if line.startswith(b"data: {")))
    else:
        print(text(json.load(answer)))
