using System.Text;

namespace Creel.Tests.Provisioning.Templates;

/// <summary>Templates at random, from a seed: mostly right ones, and some that are wrong in small ways.</summary>
internal sealed class TemplateMaker(int seed)
{
    public const string Context = """
        {"name": "Ada", "empty": "", "yes": "true", "html": "<a>&\"'", "multi": "l1\nl2\r\n\nl4 ", "wide": "Grüße ΣΑΣ 😀ß", "n": 7, "zero": 0,
         "neg": -3, "f": 2.5, "big": 1e+17, "small": 0.00001, "t": true, "no": false, "nil": null, "xs": [3, 1, 2], "words": ["b", "A", "c", "a", "A"],
         "mixed": [1, "two", 3.0, null, true, [4]], "none_here": [], "m": {"k": "v", "n": {"x": 1}, "l": [1, 2]}, "pairs": [["a", 1], ["b", 2]],
         "people": [{"name": "Bo", "age": 3}, {"name": "Cy", "age": 4}]}
        """;

    public const string Includes = """
        {"inc.md": "inc {{ name }}\n", "deep.md": "<{% include 'inc.md' %}{{ x }}>", "wrong.md": "{{ nowhere }}"}
        """;

    private static readonly string[] Names =
    [
        .. (string[])["name", "empty", "yes", "html", "multi", "wide", "n", "zero", "neg", "f", "big", "small", "t", "no", "nil"],
        .. (string[])["xs", "words", "mixed", "none_here", "m", "pairs", "people", "x", "y", "missing"],
    ];

    private static readonly string[] Texts =
    [
        .. (string[])["plain", " ", "\n", "  \n\n", "a < b & c", "\r\n", "{ }", "% }", "ü 😀", "\t", "-", "#"],
    ];

    private readonly Random random = new(seed);
    private int depth;
    private int most;

    public string Make()
    {
        // Most are simple, or nearly none would come to an end.
        (depth, most) = (0, random.Next(3) == 0 ? 9 : 2);
        var template = Body(random.Next(2) == 0 ? 2 : 4);
        var broken = random.Next(12) == 0 ? Broken(template) : template;
        return broken.EnumerateRunes().Any(r => r == Rune.ReplacementChar) ? template : broken;
    }

    private string Body(int most)
    {
        var body = new StringBuilder();
        for (var i = random.Next(1, most + 1); i > 0; i--)
        {
            body.Append(One(Text, Print, Print, Print, Tag, Tag));
        }

        return body.ToString();
    }

    private string Broken(string template) =>
        random.Next(3) switch
        {
            0 => template[..random.Next(template.Length)],
            1 => template.Remove(random.Next(template.Length), 1),
            _ => template.Insert(random.Next(template.Length), Pick("{", "}", "%", "|", "(", "]", "'", "{%", "}}", " is ", "-")),
        };

    private string Text() => Pick(Texts);

    private string Print() => $"{{{{{Sign()} {Expression()} {End()}}}}}";

    private string Tag()
    {
        if (++depth > 6)
        {
            return Text();
        }

        var tag = One(If, For, For, Set, Set, Capture, Include, Comment, Raw, Macro);
        depth--;
        return tag;
    }

    private string Open(string inside) => $"{{%{Sign()} {inside} {End()}%}}";

    private string Sign() => random.Next(6) == 0 ? "-" : "";

    private string End() => random.Next(6) == 0 ? "-" : "";

    private string If() =>
        Open($"if {Expression()}")
        + Body(2)
        + (random.Next(3) == 0 ? Open($"elif {Expression()}") + Body(2) : "")
        + (random.Next(2) == 0 ? Open("else") + Body(2) : "")
        + Open("endif");

    private string For()
    {
        var (each, all) = random.Next(8) switch
        {
            0 => ("x, y", "pairs"),
            1 => ("x, y", "m.items()"),
            2 => ("x", $"range({random.Next(4)})"),
            3 => ("x", "people"),
            4 => ("x", Expression()),
            _ => ("x", Pick("xs", "words", "mixed", "none_here", "name", "m", "wide")),
        };
        var where = random.Next(6) == 0 ? $" if {Expression()}" : "";
        return Open($"for {each} in {all}{where}")
            + Body(3)
            + (random.Next(3) == 0 ? $"{{{{ loop.{Loop()} }}}}" : "")
            + (random.Next(4) == 0 ? Open("else") + Body(2) : "")
            + Open("endfor");
    }

    private string Loop() =>
        Pick(
            "index",
            "index0",
            "revindex",
            "revindex0",
            "first",
            "last",
            "length",
            "depth",
            "previtem",
            "nextitem",
            "cycle('a', 'b')",
            "changed(x)",
            "odd"
        );

    private string Set() =>
        Open(random.Next(8) == 0 ? $"set x, y = {Expression()}, {Expression()}" : $"set {Pick("x", "y")} = {Expression()}");

    private string Capture() => Open($"set {Pick("x", "y")}") + Body(2) + Open("endset");

    private string Include() =>
        Open(
            $"include '{Pick("inc.md", "inc.md", "deep.md", "wrong.md", "none.md' ignore missing #")}'".Replace(
                " #'",
                "",
                StringComparison.Ordinal
            )
        );

    private string Comment() => $"{{#{Sign()} {Text()} {{{{ x }}}} {End()}#}}";

    private string Raw() => $"{{%{Sign()} raw {End()}%}} {{{{ x }}}} {{% if %}} {{%{Sign()} endraw {End()}%}}";

    private string Macro() =>
        Open("macro q(a, b='B')")
        + "<{{ a }}{{ b }}"
        + Body(2)
        + Open("endmacro")
        + $"{{{{ q({Expression()}{Pick("", ", 1", ", b=2", ", c=3")}) }}}}";

    private string Expression()
    {
        if (++depth > most)
        {
            depth--;
            return Leaf();
        }

        var expression = One(
            Leaf,
            Leaf,
            Leaf,
            () => $"{Expression()} | {Filter()}",
            () => $"{Expression()} | {Filter()}",
            () => $"{Expression()} is {Pick("", "not ")}{Test()}",
            () => $"{Expression()} {Pick("+", "-", "*", "/", "//", "~", "~", "~")} {Expression()}",
            () => $"{Pick("n", "neg", "f", "zero")} % {Expression()}",
            () => $"{Expression()} {Pick("==", "!=", "<", "<=", ">", ">=", "in", "not in")} {Expression()}",
            () => $"{Expression()} {Pick("and", "or")} {Expression()}",
            () => $"not {Expression()}",
            () => $"({Expression()})",
            () => $"{Expression()} if {Expression()} else {Expression()}",
            () => $"[{Expression()}, {Expression()}]",
            () => $"({Expression()}, {Expression()})",
            () => $"{{'k': {Expression()}, 'z': {Expression()}}}",
            () =>
                $"{Pick(Names)}{Pick("[0]", "[-1]", "['k']", ".k", ".n.x", "[1:]", "[:-1]", "[::-1]", "[::2]", "[9]", ".name", "[n]")}",
            () => $"{Pick(Names)} | {Pick("first", "last")}",
            () => $"-{Leaf()}",
            () => $"{Leaf()} ** {Pick("2", "0", "-1")}"
        );
        depth--;
        return expression;
    }

    private string Leaf() =>
        random.Next(4) switch
        {
            0 => Pick(Literals),
            _ => Pick(Names),
        };

    private static readonly string[] Literals =
    [
        .. (string[])
            [
                "'a'",
                "\"it's\"",
                "'\\n\\t\\x41\\u00e9\\\\'",
                "''",
                "'a' 'b'",
                "1",
                "0",
                "12",
                "1.5",
                "2e3",
                "0x1f",
                "1_000",
                "true",
                "False",
            ],
        .. (string[])["none", "None", "[]", "{}", "[1, 'a', 2.0]", "()", "(1,)", "1e20", "1e-7"],
    ];

    private string Filter() =>
        Pick(
            "upper",
            "lower",
            "capitalize",
            "trim",
            "trim('a')",
            "length",
            "count",
            "string",
            "default('d')",
            "default('d', true)",
            "d",
            "default(boolean=true)",
            "replace('a', 'b')",
            "replace('', '-')",
            "replace('l', '<', 1)",
            "join",
            "join(', ')",
            "join(html)",
            "list",
            "sort",
            "sort(reverse=true)",
            "sort(case_sensitive=true)",
            "unique | list",
            "reverse | list",
            "items | list",
            "int",
            "int(9)",
            "abs",
            "indent",
            "indent(2, true)",
            "indent('> ', blank=true)",
            "e",
            "escape",
            "safe",
            "nofilter"
        );

    private string Test() =>
        Pick(
            "defined",
            "defined",
            "undefined",
            "none",
            "string",
            "number",
            "integer",
            "float",
            "boolean",
            "true",
            "false",
            "mapping",
            "sequence",
            "iterable",
            "odd",
            "even",
            "divisibleby 3",
            "divisibleby(2)",
            "eq 1",
            "equalto('a')",
            "ne(n)",
            "lt 5",
            "ge(2)",
            "in xs",
            "in(words)",
            "lower",
            "upper",
            "notest"
        );

    private string Pick(params string[] from) => from[random.Next(from.Length)];

    private string One(params Func<string>[] from) => from[random.Next(from.Length)]();
}
