using System.Reflection;
using Creel.Core;

if (args is ["--version"])
{
    Console.Out.WriteLine(
        Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion
    );
    return ExitCodes.Ok;
}

await Console.Error.WriteLineAsync("creel-proxy: guards keys and money. creel serve starts it.").ConfigureAwait(false);
return ExitCodes.Usage;
