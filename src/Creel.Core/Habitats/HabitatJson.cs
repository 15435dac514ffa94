using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Creel.Core.Habitats.Json5;
using Creel.Core.Habitats.Provisioning;
using Creel.Core.Isolation;
using Creel.Core.Outbound;

namespace Creel.Core.Habitats;

/// <summary>
/// The effective model as JSON, for <c>creel habitat show</c>: everything said, defaults too, always in the same order.
/// </summary>
public static class HabitatJson
{
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Indented = true,
        NewLine = "\n",
    };

    /// <summary>
    /// Secrets that were written into the file as they are show as <c>***</c>; references to variables show as they were
    /// written.
    /// </summary>
    public static string Write(HabitatModel habitat)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("name", habitat.Name);
            List(json, "agents", habitat.Agents, Agent);
            List(json, "groups", habitat.Groups, Group);
            Budget(json, habitat.Budgets);
            Count(json, "maxTokens", habitat.MaxTokens);
            Unpriced(json, habitat.Unpriced);
            List(json, "prices", habitat.Prices, Price);
            List(json, "bounds", habitat.Bounds, Bound);
            json.WriteBoolean("intercept", habitat.Intercept);
            json.WriteStartObject("proxy");
            json.WriteNumber("bodyLimit", habitat.BodyLimit);
            json.WriteString("readTimeout", $"{habitat.ReadTimeout}s");
            json.WriteEndObject();
            json.WriteBoolean("offline", habitat.Offline is not null);
            if (habitat.Compatibility is { } compatibility)
            {
                json.WriteStartObject("compatibility");
                json.WriteNumber("proxyPort", compatibility.Port);
                json.WriteString("address", compatibility.Address);
                json.WriteEndObject();
            }

            ProvisioningJson.Write(json, habitat);

            List(json, "upstreams", habitat.Upstreams, Upstream);
            List(json, "sharedPaths", habitat.SharedPaths, Shared);
            json.WriteStartObject("bridge");
            json.WriteBoolean("enabled", habitat.Bridge.Enabled);
            Texts(json, "allow", habitat.Bridge.Allow);
            json.WriteEndObject();
            json.WriteStartObject("sections");
            foreach (var (key, text) in habitat.Sections.OrderBy(s => s.Key, StringComparer.Ordinal))
            {
                json.WritePropertyName(key);
                Json5Text.Write(json, Masked.In(key, text));
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }

    private static void Agent(Utf8JsonWriter json, AgentModel agent)
    {
        json.WriteString("id", agent.Id.Value);
        json.WriteString("name", agent.Name);
        json.WriteBoolean("default", agent.Default);
        if (agent.Number is { } number)
        {
            json.WriteNumber("number", number);
        }

        json.WriteString("group", agent.Group.Value);
        json.WriteString("model", agent.Model);
        json.WriteStartObject("brain");
        json.WriteString("kind", agent.Brain.Kind);
        if (agent.Brain.Kind == "command")
        {
            Texts(json, "command", agent.Brain.Command.Select(Masked.Text));
            json.WriteString("input", agent.Brain.Input);
            json.WriteString("output", agent.Brain.Output);
        }

        if (agent.Brain.Path is { } tree)
        {
            json.WriteString("path", tree);
        }

        json.WriteEndObject();
        json.WriteString("workspace", agent.Workspace);
        json.WriteStartObject("tasks");
        json.WriteBoolean("allowSudo", agent.Policy.AllowSudo);
        json.WriteNumber("maxConcurrent", agent.Policy.MaxConcurrent);
        json.WriteNumber("maxOutput", agent.Policy.MaxOutput);
        json.WriteNumber("timeout", agent.Policy.Timeout.TotalMilliseconds);
        Texts(json, "types", agent.Policy.Types);
        json.WriteEndObject();
    }

    private static void Group(Utf8JsonWriter json, AgentGroup group)
    {
        json.WriteString("id", group.Id.Value);
        Texts(json, "agents", group.Agents.Select(a => a.Value));
        json.WriteString("isolation", group.Level.ToString().ToLowerInvariant());
        json.WriteString("driver", group.Driver);
        json.WriteString("network", group.Network.ToString().ToLowerInvariant());
        json.WriteStartObject("resources");
        Limit(json, "memory", group.Limits.Memory);
        Limit(json, "cpu", group.Limits.Cpu);
        Limit(json, "pids", group.Limits.Pids);
        json.WriteEndObject();
        if (group.Making.Variables.Count > 0)
        {
            Texts(json, "env", group.Making.Variables.Keys);
        }

        if (group.Making.Command is { } setup)
        {
            json.WriteString("setupCommand", Masked.Text(setup));
        }

        Texts(json, "egress", group.Egress);
        Texts(json, "models", group.Models);
        json.WriteStartObject("limits");
        Count(json, "requests", group.Calls.Requests);
        Count(json, "tokens", group.Calls.Tokens);
        Count(json, "concurrent", group.Calls.Concurrent);
        json.WriteEndObject();
        Count(json, "maxTokens", group.MaxTokens);
        Budget(json, group.Budgets);
    }

    private static void Upstream(Utf8JsonWriter json, UpstreamModel upstream)
    {
        json.WriteString("name", upstream.Name);
        json.WriteString("baseUrl", Masked.Text(upstream.BaseUrl));
        json.WriteString("dialect", upstream.Dialect.ToString().ToLowerInvariant());
        json.WriteString("auth", upstream.Auth == AuthStyle.ApiKey ? "x-api-key" : upstream.Auth.ToString().ToLowerInvariant());
        json.WriteBoolean("local", upstream.Local);
        json.WriteBoolean("http2", upstream.Http2);
        json.WriteString("onAbort", upstream.OnAbort == OnAbort.Read ? "read" : "stop");
        Texts(json, "calls", upstream.Calls.Select(call => $"{call.Method} {call.Path}"));
    }

    private static void Count(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } count)
        {
            json.WriteNumber(name, count);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void Budget(Utf8JsonWriter json, IReadOnlyList<BudgetModel> budgets)
    {
        json.WritePropertyName("budget");
        if (budgets.Count > 0)
        {
            BudgetText.Write(json, budgets);
        }
        else
        {
            json.WriteNullValue();
        }
    }

    private static void Unpriced(Utf8JsonWriter json, RateModel? rates)
    {
        if (rates is null)
        {
            json.WriteString("unpriced", "refuse");
            return;
        }

        json.WriteStartObject("unpriced");
        Rates(json, rates);
        json.WriteEndObject();
    }

    private static void Price(Utf8JsonWriter json, PriceModel price)
    {
        json.WriteString("upstream", price.Upstream);
        json.WriteString("model", price.Model);
        Rates(json, price.Rates);
        if (price is { Above: { } above, Long: { } tier })
        {
            json.WriteStartObject("long");
            json.WriteNumber("above", above);
            Rates(json, tier);
            json.WriteEndObject();
        }

        Count(json, "context", price.Context);
        Count(json, "maxOutput", price.MaxOutput);
        Count(json, "imageTokens", price.ImageTokens);
    }

    private static void Bound(Utf8JsonWriter json, BoundModel bound)
    {
        json.WriteString("upstream", bound.Upstream);
        json.WriteString("feature", bound.Feature);
        json.WriteNumber("usd", bound.Usd);
    }

    private static void Rates(Utf8JsonWriter json, RateModel rates)
    {
        json.WriteNumber("input", rates.Input);
        json.WriteNumber("output", rates.Output);
        Optional("cacheRead", rates.CacheRead);
        Optional("cacheWrite5m", rates.CacheWrite5m);
        Optional("cacheWrite1h", rates.CacheWrite1h);

        void Optional(string name, decimal? rate)
        {
            if (rate is { } dollars)
            {
                json.WriteNumber(name, dollars);
            }
        }
    }

    private static void Shared(Utf8JsonWriter json, SharedPath path)
    {
        json.WriteString("path", path.Path);
        json.WriteString("mode", path.Writable ? "rw" : "ro");
    }

    private static void Limit(Utf8JsonWriter json, string name, Limit? limit)
    {
        if (limit is { } value)
        {
            json.WriteStartObject(name);
            json.WriteNumber("value", value.Value);
            json.WriteBoolean("written", value.Written);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void Texts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    private static void List<T>(Utf8JsonWriter json, string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            write(json, item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
