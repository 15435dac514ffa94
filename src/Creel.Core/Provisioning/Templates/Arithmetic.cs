namespace Creel.Core.Provisioning.Templates;

/// <summary><c>+ - * / // % **</c>, as in Python: they round down, and a remainder has the sign of what is divided by.</summary>
internal sealed class Arithmetic(Meter meter)
{
    public TemplateValue Do(string sign, TemplateValue left, TemplateValue right, Mark at)
    {
        if ((left as TemplateValue.Undefined ?? right as TemplateValue.Undefined) is { } missing)
        {
            throw Wording.NotThere(missing, at);
        }

        try
        {
            return Joined(sign, left, right, at)
                ?? (
                    Number.Whole(left) is { } a && Number.Whole(right) is { } b ? Whole(sign, a, b)
                    : Number.Real(left) is { } c && Number.Real(right) is { } d ? Real(sign, c, d)
                    : null
                )
                ?? throw Wrong(sign, left, right, at);
        }
        catch (OverflowException)
        {
            throw new TemplateStop(TemplateTrouble.Limit, at, "the number is too large", "numbers have 63 bits here");
        }
        catch (DivideByZeroException)
        {
            throw new TemplateStop(TemplateTrouble.Value, at, "division by zero", "ask first whether it is 0");
        }
    }

    public static TemplateValue Signed(string sign, TemplateValue value, Mark at) =>
        (Number.Of(value), sign) switch
        {
            (TemplateValue.Whole whole, "-") when whole.Value != long.MinValue => TemplateValue.Of(-whole.Value),
            (TemplateValue.Real real, "-") => TemplateValue.Of(-real.Value),
            ({ } same, "+") => same,
            _ when value is TemplateValue.Undefined missing => throw Wording.NotThere(missing, at),
            _ => throw new TemplateStop(
                TemplateTrouble.Value,
                at,
                $"bad operand type for unary {sign}: '{Wording.TypeName(value)}'"
            ),
        };

    /// <summary>Texts and lists: added, and taken several times.</summary>
    private TemplateValue? Joined(string sign, TemplateValue left, TemplateValue right, Mark at)
    {
        switch (sign, left, right)
        {
            case ("+", TemplateValue.Text a, TemplateValue.Text b):
                meter.Make((long)a.Value.Length + b.Value.Length, at);
                return a.Marked || b.Marked
                    ? new TemplateValue.Text(Markup.Escaped(a, meter, at) + Markup.Escaped(b, meter, at), marked: true)
                    : TemplateValue.Of(a.Value + b.Value);
            case ("+", TemplateValue.Items a, TemplateValue.Items b) when a.Fixed == b.Fixed:
                meter.Gather((long)a.All.Count + b.All.Count, at);
                return new TemplateValue.Items([.. a.All, .. b.All], a.Fixed);
            case ("*", TemplateValue.Text or TemplateValue.Items, _) when Number.Whole(right) is { } times:
                return Repeated(left, times, at);
            case ("*", _, TemplateValue.Text or TemplateValue.Items) when Number.Whole(left) is { } times:
                return Repeated(right, times, at);
            default:
                return null;
        }
    }

    private TemplateValue Repeated(TemplateValue value, long times, Mark at)
    {
        times = Math.Clamp(times, 0, int.MaxValue);
        if (value is TemplateValue.Items items)
        {
            meter.Gather(items.All.Count * times, at);
            return new TemplateValue.Items(
                [.. Enumerable.Repeat(items.All, items.All.Count == 0 ? 0 : (int)times).SelectMany(all => all)],
                items.Fixed
            );
        }

        var text = (TemplateValue.Text)value;
        meter.Make(text.Value.Length * times, at);
        return new TemplateValue.Text(
            text.Value.Length == 0 ? "" : new System.Text.StringBuilder().Insert(0, text.Value, (int)times).ToString(),
            text.Marked
        );
    }

    private static TemplateValue? Whole(string sign, long a, long b)
    {
        checked
        {
            return sign switch
            {
                "+" => TemplateValue.Of(a + b),
                "-" => TemplateValue.Of(a - b),
                "*" => TemplateValue.Of(a * b),
                "/" => TemplateValue.Of(b == 0 ? throw new DivideByZeroException() : (double)a / b),
                "//" => TemplateValue.Of((a / b) - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0)),
                "%" => TemplateValue.Of(b == -1 ? 0 : ((a % b) + b) % b),
                "**" => Power(a, b),
                _ => null,
            };
        }
    }

    private static TemplateValue Power(long of, long times)
    {
        if (times < 0)
        {
            return of == 0 ? throw new DivideByZeroException() : TemplateValue.Of(Math.Pow(of, times));
        }

        if (of is 0 or 1 or -1)
        {
            return TemplateValue.Of(times == 0 || of == 1 || (of == -1 && times % 2 == 0) ? 1L : of);
        }

        var power = 1L;
        for (; times > 0; times--)
        {
            power = checked(power * of);
        }

        return TemplateValue.Of(power);
    }

    private static TemplateValue? Real(string sign, double a, double b)
    {
        if (b == 0 && sign is ("/" or "//" or "%"))
        {
            throw new DivideByZeroException();
        }

        return sign switch
        {
            "+" => TemplateValue.Of(a + b),
            "-" => TemplateValue.Of(a - b),
            "*" => TemplateValue.Of(a * b),
            "/" => TemplateValue.Of(a / b),
            "//" => TemplateValue.Of(Divided(a, b).Quotient),
            "%" => TemplateValue.Of(Divided(a, b).Remainder),
            "**" when a == 0 && b < 0 => throw new DivideByZeroException(),
            "**" when Math.Pow(a, b) is var power && double.IsFinite(power) => TemplateValue.Of(power),
            "**" => throw new OverflowException(),
            _ => null,
        };
    }

    private static (double Quotient, double Remainder) Divided(double a, double b)
    {
        var rest = a % b;
        var quotient = (a - rest) / b;
        if (rest == 0)
        {
            rest = Math.CopySign(0, b);
        }
        else if (b < 0 != rest < 0)
        {
            (rest, quotient) = (rest + b, quotient - 1);
        }

        if (quotient == 0)
        {
            return (Math.CopySign(0, a / b), rest);
        }

        var floor = Math.Floor(quotient);
        return (quotient - floor > 0.5 ? floor + 1 : floor, rest);
    }

    private static TemplateStop Wrong(string sign, TemplateValue left, TemplateValue right, Mark at) =>
        new(
            TemplateTrouble.Value,
            at,
            $"unsupported operand type(s) for {sign}: '{Wording.TypeName(left)}' and '{Wording.TypeName(right)}'",
            sign == "+" ? "join texts and other values with ~" : null
        );
}
