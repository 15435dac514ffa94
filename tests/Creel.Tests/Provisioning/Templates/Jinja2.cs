using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;

namespace Creel.Tests.Provisioning.Templates;

/// <summary>One Python that renders templates as they come, with the settings of the original.</summary>
internal sealed class Jinja2 : IDisposable
{
    private const string Program = """
        import json, sys
        from jinja2 import DictLoader, Environment, StrictUndefined
        from jinja2.exceptions import UndefinedError, TemplateSyntaxError
        for line in sys.stdin:
            ask = json.loads(line)
            environment = Environment(loader=DictLoader(dict(ask["includes"], t=ask["template"])), undefined=StrictUndefined,
                                      keep_trailing_newline=True, autoescape=ask["escapes"])
            try:
                answer = {"text": environment.get_template("t").render(**ask["context"])}
            except UndefinedError as e:
                answer = {"error": "undefined", "message": str(e)}
            except TemplateSyntaxError as e:
                answer = {"error": "syntax", "message": str(e.message), "line": e.lineno}
            except Exception as e:
                answer = {"error": "value", "message": type(e).__name__ + ": " + str(e)}
            print(json.dumps(answer), flush=True)
        """;

    private readonly Process python;

    public Jinja2() =>
        python = Process.Start(
            new ProcessStartInfo(Jinja2FactAttribute.Python)
            {
                ArgumentList = { "-W", "ignore", "-c", Program },
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                StandardInputEncoding = new UTF8Encoding(false),
            }
        )!;

    public JsonObject Render(string template, JsonObject context, JsonObject includes, bool escapes)
    {
        var ask = new JsonObject
        {
            ["template"] = template,
            ["context"] = context.DeepClone(),
            ["includes"] = includes.DeepClone(),
            ["escapes"] = escapes,
        };
        python.StandardInput.WriteLine(ask.ToJsonString());
        python.StandardInput.Flush();
        return JsonNode
            .Parse(python.StandardOutput.ReadLine() ?? throw new InvalidOperationException("python ended"))!
            .AsObject();
    }

    public void Dispose()
    {
        python.StandardInput.Close();
        python.WaitForExit();
        python.Dispose();
    }
}
