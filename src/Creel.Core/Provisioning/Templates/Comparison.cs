using System.Numerics;

namespace Creel.Core.Provisioning.Templates;

/// <summary>Which values are the same, which comes first, and which is in which.</summary>
internal sealed class Comparison(Meter meter)
{
    public bool Same(TemplateValue left, TemplateValue right, Mark at)
    {
        meter.Step(at);
        return (left, right) switch
        {
            (TemplateValue.Undefined missing, _) => throw Wording.NotThere(missing, at),
            (_, TemplateValue.Undefined missing) => throw Wording.NotThere(missing, at),
            (TemplateValue.Text a, TemplateValue.Text b) => Same(a.Value, b.Value, at),
            (TemplateValue.Nothing, TemplateValue.Nothing) => true,
            (TemplateValue.Items a, TemplateValue.Items b) => a.Fixed == b.Fixed
                && a.All.Count == b.All.Count
                && a.All.Zip(b.All).All(pair => Same(pair.First, pair.Second, at)),
            (TemplateValue.Map a, TemplateValue.Map b) => a.Members.Count == b.Members.Count
                && a.Members.All(m => Parts.Find(b, m.Key, at, meter) is { } other && Same(m.Value, other, at)),
            _ when Number.Of(left) is { } a && Number.Of(right) is { } b => !Number.IsNan(a)
                && !Number.IsNan(b)
                && Order(a, b) == 0,
            _ => ReferenceEquals(left, right),
        };
    }

    private bool Same(string left, string right, Mark at)
    {
        if (left.Length != right.Length)
        {
            return false;
        }

        meter.Copy(left.Length, at);
        return left == right;
    }

    public bool Holds(string sign, TemplateValue left, TemplateValue right, Mark at) =>
        sign switch
        {
            "==" => Same(left, right, at),
            "!=" => !Same(left, right, at),
            "in" => In(left, right, at),
            "not in" => !In(left, right, at),
            _ => Ordered(sign, left, right, at),
        };

    public bool In(TemplateValue item, TemplateValue all, Mark at)
    {
        switch (all)
        {
            case TemplateValue.Undefined missing:
                throw Wording.NotThere(missing, at);
            case TemplateValue.Items items:
                return items.All.Any(other => Same(item, other, at));
            case TemplateValue.Map when item is TemplateValue.Undefined missing:
                throw Wording.NotThere(missing, at);
            case TemplateValue.Map map when item is not (TemplateValue.Items or TemplateValue.Map):
                return item is TemplateValue.Text key && Parts.Find(map, key.Value, at, meter) is not null;
            case TemplateValue.Text text when item is TemplateValue.Text part:
                meter.Search(text.Value.Length, part.Value.Length, at);
                return text.Value.Contains(part.Value, StringComparison.Ordinal);
            default:
                throw new TemplateStop(
                    TemplateTrouble.Value,
                    at,
                    $"'in' does not go with '{Wording.TypeName(item)}' and '{Wording.TypeName(all)}'"
                );
        }
    }

    public bool Ordered(string sign, TemplateValue left, TemplateValue right, Mark at)
    {
        if (Number.Of(left) is { } a && Number.Of(right) is { } b && (Number.IsNan(a) || Number.IsNan(b)))
        {
            return false;
        }

        var order = Order(sign, left, right, at);
        return sign switch
        {
            "<" => order < 0,
            "<=" => order <= 0,
            ">" => order > 0,
            _ => order >= 0,
        };
    }

    private int Order(string sign, TemplateValue left, TemplateValue right, Mark at)
    {
        meter.Step(at);
        switch (left, right)
        {
            case (TemplateValue.Undefined missing, _):
                throw Wording.NotThere(missing, at);
            case (_, TemplateValue.Undefined missing):
                throw Wording.NotThere(missing, at);
            case (TemplateValue.Text a, TemplateValue.Text b):
                var same = a.Value.AsSpan().CommonPrefixLength(b.Value.AsSpan());
                meter.Copy(same, at);
                return ByCodePoint(a.Value, b.Value, same);
            case (TemplateValue.Items a, TemplateValue.Items b) when a.Fixed == b.Fixed:
                var differs = a.All.Zip(b.All).FirstOrDefault(pair => !Same(pair.First, pair.Second, at));
                return differs == default ? a.All.Count.CompareTo(b.All.Count) : Order(sign, differs.First, differs.Second, at);
            case var _ when Number.Of(left) is { } a && Number.Of(right) is { } b:
                return Order(a, b);
            default:
                throw new TemplateStop(
                    TemplateTrouble.Value,
                    at,
                    $"'{sign}' not supported between instances of '{Wording.TypeName(left)}' and '{Wording.TypeName(right)}'"
                );
        }
    }

    private static int Order(TemplateValue left, TemplateValue right) =>
        (left, right) switch
        {
            (TemplateValue.Whole a, TemplateValue.Whole b) => a.Value.CompareTo(b.Value),
            (TemplateValue.Real a, TemplateValue.Real b) => a.Value.CompareTo(b.Value),
            (TemplateValue.Whole a, TemplateValue.Real b) => Order(a.Value, b.Value),
            (TemplateValue.Real a, TemplateValue.Whole b) => -Order(b.Value, a.Value),
            _ => 0,
        };

    /// <summary>Exactly: a whole number need not fit a double.</summary>
    private static int Order(long whole, double real) =>
        double.IsInfinity(real) ? (real > 0 ? -1 : 1)
        : new BigInteger(whole).CompareTo(new BigInteger(Math.Floor(real))) is var order and not 0 ? order
        : real > Math.Floor(real) ? -1
        : 0;

    /// <summary>Two halves of one character come after all others.</summary>
    /// <param name="same">So many they begin with alike.</param>
    private static int ByCodePoint(string left, string right, int same)
    {
        if (same == left.Length || same == right.Length)
        {
            return left.Length.CompareTo(right.Length);
        }

        var (a, b) = (left[same], right[same]);
        var (high, other) = (char.IsSurrogate(a), char.IsSurrogate(b));
        return high == other ? a.CompareTo(b)
            : high ? 1
            : -1;
    }
}
