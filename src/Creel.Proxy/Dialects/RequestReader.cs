using System.Text.Json;
using Creel.Core.Budgets;
using Creel.Proxy.Prices;

namespace Creel.Proxy.Dialects;

/// <summary>What the readers of all kinds of request have in common: features with and without a bound, and the sum.</summary>
internal sealed class RequestReader(RequestBody request, CallTerms terms)
{
    /// <summary>Tokens that a provider adds around a prompt: a system prompt for tools (Anthropic documents up to 1,100), and the like.</summary>
    private const int Overhead = 2_048;

    /// <summary>Tokens around one message: its role and its ends.</summary>
    private const int PerMessage = 32;

    private Money extra = Money.Zero;

    public RequestBody Request => request;

    public string? Model { get; private set; }

    public bool Streams { get; private set; }

    /// <summary>A field, a tool or a kind of content whose cost has no bound: the policy names one, or the call is refused.</summary>
    /// <exception cref="RequestProblem">The policy names none.</exception>
    public void Unbounded(string feature)
    {
        var name = CallRefusal.Shown(feature);
        if (!terms.Bounds.TryGetValue(name, out var bound))
        {
            throw new RequestProblem(
                CallRefusal.Policy(
                    "unbounded",
                    $"this request uses '{name}', and nothing bounds what that may cost. "
                        + "Leave it out, or have whoever runs this habitat name a bound for it"
                )
            );
        }

        // Whatever it adds to the prompt fits into the model's window.
        request.Unmeasured = true;
        extra = Money.Min(extra + bound, Money.Most);
    }

    public void ReadModel(JsonElement value)
    {
        var model = value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        Model =
            model.Length is > 0 and <= 200 && !model.Any(char.IsControl)
                ? model
                : throw RequestProblem.Malformed("'model' is no name");
    }

    public void ReadStream(JsonElement value) =>
        Streams = value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False or JsonValueKind.Null => false,
            _ => throw RequestProblem.Malformed("'stream' is neither true nor false"),
        };

    /// <summary>A whole number of tokens; null where the field says null.</summary>
    public static long? Count(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var n) && n is >= 0 and <= 1_000_000_000 ? n
        : throw RequestProblem.Malformed($"'{name}' is no number of tokens");

    /// <summary>The elements of an array of objects.</summary>
    public static IEnumerable<JsonElement> Objects(JsonElement array, string name)
    {
        if (array.ValueKind != JsonValueKind.Array)
        {
            throw RequestProblem.Malformed($"'{name}' is no array");
        }

        foreach (var element in array.EnumerateArray())
        {
            yield return element.ValueKind == JsonValueKind.Object
                ? element
                : throw RequestProblem.Malformed($"'{name}' holds something that is no object");
        }
    }

    public static string? Text(JsonElement holder, string name) =>
        holder.ValueKind == JsonValueKind.Object
        && holder.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    /// <summary>Bytes that are no text: an image or a document, as base64.</summary>
    public void Binary(JsonElement text) =>
        request.BinaryBytes += System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(text).Length;

    /// <summary>
    /// The price, or a refusal. Also where there is no budget: without a price nobody could say afterwards what was spent.
    /// </summary>
    public ModelPrice? Price()
    {
        if (Model is null)
        {
            throw RequestProblem.Malformed("it names no model");
        }

        var price = terms.Prices.Find(terms.Upstream, Model) ?? terms.Otherwise;
        return price is not null || terms.Unpriced
            ? price
            : throw new RequestProblem(
                new CallRefusal(
                    403,
                    "unpriced",
                    $"there is no price for the model '{CallRefusal.Shown(Model)}' of {terms.Upstream} (price list {terms.Prices.Version}). "
                        + "Use another model, or have whoever runs this habitat name its price",
                    Model: CallRefusal.Shown(Model)
                )
            );
    }

    /// <summary>
    /// The most tokens that the prompt can have. A token stands for one byte of text at least, and JSON is never shorter than
    /// the text that it carries; images count as what they can be at most; and what does not fit into the model's window is
    /// refused by Anthropic and OpenAI, free of charge. Others may take it all the same.
    /// </summary>
    public long InputTokens(ModelPrice? price, int messages, long imageTokens)
    {
        var bound = request.Bytes.Length - request.BinaryBytes + Overhead + ((long)PerMessage * messages);
        bound += request.Images * (price?.ImageTokens ?? imageTokens);
        if (!request.Unmeasured)
        {
            return terms.Upstream is "anthropic" or "openai" ? Math.Min(bound, price?.Context ?? long.MaxValue) : bound;
        }

        return price is null
            ? bound
            : price.Context
                ?? throw new RequestProblem(
                    CallRefusal.Policy(
                        "unmeasured",
                        $"the prompt's size can't be told from its bytes, and no window is known for the model '{CallRefusal.Shown(Model!)}'"
                    )
                );
    }

    public CallReading Ask(CallKind kind, ModelPrice? price, long input, long output, bool caches, bool hidesUsage = false) =>
        new CallReading.Asks(
            new CallAsk(kind, Model, Streams, request.Spliced(), price, input, output, caches, extra, hidesUsage)
            {
                Added = request.Added,
            }
        );
}
