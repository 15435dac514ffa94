using System.Globalization;

namespace Creel.Core.Rendering.Contract;

/// <summary>
/// <c>AGENT_COUNT</c> as <c>seq 1 N</c> takes it: <c>03</c> is 3, <c>2.5</c> is 2, <c>1e1</c> is 10, <c>0x3</c> is 3; what is no
/// number, or less than 1, means that there are no agents.
/// </summary>
internal static class AgentCount
{
    /// <exception cref="CreelException">It is more than <see cref="ContractVariables.MaxAgents"/>.</exception>
    public static int Of(string? text)
    {
        var number = Number(text ?? "");
        return number switch
        {
            null or < 1 or double.NaN => 0,
            > ContractVariables.MaxAgents => throw new CreelException(
                Fault.Invalid("agent-count", $"AGENT_COUNT is {Slug.Quote(text)}, more than {ContractVariables.MaxAgents} agents")
            ),
            _ => (int)Math.Floor(number.Value),
        };
    }

    /// <summary>Whether it is a number at all.</summary>
    public static bool IsNumber(string? text) => Number(text ?? "") is not (null or double.NaN);

    private static double? Number(string text)
    {
        var rest = text.AsSpan().TrimStart(" \t\n\v\f\r");
        var negative = rest is ['-', ..];
        rest = rest is ['-' or '+', ..] ? rest[1..] : rest;
        if (rest is "inf" or "infinity")
        {
            return negative ? double.NegativeInfinity : double.PositiveInfinity;
        }

        var found =
            rest is ['0', 'x' or 'X', ..] ? Hexadecimal(rest[2..])
            : rest is ['.' or (>= '0' and <= '9'), ..]
            && double.TryParse(
                rest,
                NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
                CultureInfo.InvariantCulture,
                out var value
            )
                ? value
            : (double?)null;
        return negative ? -found : found;
    }

    private static double? Hexadecimal(ReadOnlySpan<char> digits) =>
        digits.Length is > 0 and <= 15
        && long.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            ? value
            : null;
}
