using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Creel.Core.Habitats;

/// <summary>Budgets as a habitat writes them: one as an object, several as a list of them.</summary>
public static class BudgetText
{
    /// <summary>JSON; null where there are none.</summary>
    public static string? Write(IReadOnlyList<BudgetModel> budgets)
    {
        if (budgets.Count == 0)
        {
            return null;
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            Write(json, budgets);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    public static void Write(Utf8JsonWriter json, IReadOnlyList<BudgetModel> budgets)
    {
        if (budgets is [var only])
        {
            Write(json, only);
            return;
        }

        json.WriteStartArray();
        foreach (var budget in budgets)
        {
            Write(json, budget);
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, BudgetModel budget)
    {
        json.WriteStartObject();
        json.WriteNumber("usd", budget.Usd);
        json.WriteString("per", budget.Per);
        json.WriteNumber("warn", budget.Warn);
        if (budget.Soft)
        {
            json.WriteBoolean("soft", true);
        }

        json.WriteEndObject();
    }
}
