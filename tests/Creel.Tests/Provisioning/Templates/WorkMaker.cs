using System.Text;

namespace Creel.Tests.Provisioning.Templates;

/// <summary>Templates at random, from a seed, that make long lists and texts in loops; it knows how much they make.</summary>
internal sealed class WorkMaker(int seed)
{
    private readonly Random random = new(seed);
    private readonly StringBuilder template = new();
    private int names;

    /// <summary>Items, and each 16 characters.</summary>
    public long Made { get; private set; }

    public string Make()
    {
        var size = random.Next(1, 300);
        template.Append($"{{% set l = range(10) | list * {size} %}}{{% set t = 'a' * {size * 10} %}}");
        Made += 10L * size;
        Body(("l", size * 10, true), ("t", size * 10, false), rounds: 1, depth: 0);
        return template.ToString();
    }

    private void Body(
        (string Name, int Size, bool IsList) list,
        (string Name, int Size, bool IsList) text,
        long rounds,
        int depth
    )
    {
        for (var left = random.Next(1, 6); left > 0; left--)
        {
            if (depth < 3 && random.Next(4) == 0)
            {
                var more = random.Next(1, 6);
                template.Append($"{{% for i in range({more}) %}}");
                Body(list, text, rounds * more, depth + 1);
                template.Append("{% endfor %}");
                continue;
            }

            var made = Set(random.Next(2) == 0 ? list : text, rounds);
            (list, text) = made.IsList ? (made, text) : (list, made);
        }
    }

    /// <returns>What the new name stands for.</returns>
    private (string Name, int Size, bool IsList) Set((string Name, int Size, bool IsList) of, long rounds)
    {
        var (value, size, isList) = of.IsList ? OfList(of.Name, of.Size) : OfText(of.Name, of.Size);
        var name = $"v{names++}";
        template.Append($"{{% set {name} = {value} %}}");
        Made += rounds * (isList ? size : size / 16);
        return (name, size, isList);
    }

    private (string Value, int Size, bool IsList) OfList(string of, int size) =>
        random.Next(7) switch
        {
            0 => ($"{of} | reverse", size, true),
            1 => ($"{of} | list", size, true),
            2 => ($"{of}[::-1]", size, true),
            3 => ($"{of}[::2]", (size + 1) / 2, true),
            4 => ($"{of} + {of}", size * 2, true),
            5 when size < 300 => ($"{of} | sort", size, true),
            _ => ($"{of} | join", size, false),
        };

    private (string Value, int Size, bool IsList) OfText(string of, int size) =>
        random.Next(6) switch
        {
            0 => ($"{of} | upper", size, false),
            1 => ($"{of} | reverse", size, false),
            2 => ($"{of} ~ {of}", size * 2, false),
            3 => ($"{of} | replace('a', 'b')", size, false),
            4 => ($"{of}[:]", size, false),
            _ => ($"{of} | list", size, true),
        };
}
