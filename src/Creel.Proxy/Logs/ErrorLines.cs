using Microsoft.Extensions.Logging;

namespace Creel.Proxy.Logs;

/// <summary>The process's own log: a line on standard error, from warnings on. Of the web server only what went wrong in it.</summary>
internal sealed class ErrorLines(TimeProvider time) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => new Lines(categoryName, time);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("there is one log");

    public void Dispose() { }

    private sealed class Lines(string category, TimeProvider time) : ILogger
    {
        // A client that leaves in the middle is a warning of a page, and any cell could fill the disk with them.
        private readonly LogLevel least = category.StartsWith("Microsoft", StringComparison.Ordinal)
            ? LogLevel.Error
            : LogLevel.Warning;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= least;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            if (!IsEnabled(logLevel))
            {
                return;
            }

            // The exception's kind and place; its message may quote what a cell or an upstream said.
            var text = exception is null
                ? formatter(state, null)
                : $"{formatter(state, null)}: {exception.GetType().Name}{Environment.NewLine}{exception.StackTrace}";
            try
            {
                Console.Error.WriteLine($"{time.GetUtcNow():O} {logLevel} {text}");
            }
            catch (IOException)
            {
                // There is nowhere left to say it.
            }
        }
    }
}
