# Calls a provider with curl.
key=sk-hard-coded-into-a-program stream=false
[ "$3" != stream ] || stream=true
body="\"stream\": $stream, \"messages\": [{\"role\": \"user\", \"content\": \"hello from curl\"}]"
if [ "$1" = anthropic ]; then
    base=https://api.anthropic.com
    [ "$2" = direct ] || { base=$ANTHROPIC_BASE_URL key=$ANTHROPIC_API_KEY; }
    curl -sS --fail-with-body --no-buffer "$base/v1/messages" -H "x-api-key: $key" -H "anthropic-version: 2023-06-01" \
        -H "content-type: application/json" -d "{\"model\": \"claude-sonnet-4-6\", \"max_tokens\": 100, $body}"
else
    base=https://api.openai.com/v1
    [ "$2" = direct ] || { base=$OPENAI_BASE_URL key=$OPENAI_API_KEY; }
    curl -sS --fail-with-body --no-buffer "$base/chat/completions" -H "authorization: Bearer $key" \
        -H "content-type: application/json" -d "{\"model\": \"gpt-5-mini\", $body}"
fi | sed -nE 's/.*"(text|content)":"([^"]+)".*/\2/p' | { [ $stream = true ] && tr -d '\n' || cat; }
echo
