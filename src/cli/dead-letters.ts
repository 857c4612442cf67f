import type { Command } from 'commander';
import { configFrom } from '../config.js';
import { StreamprintError } from '../domain/errors.js';
import { openBusBeside } from '../roles/bus.js';
import type { Bus, DeadLetter, OpenedLetter, Replay } from '../transport/index.js';
import { print, printJson, table, tell } from './output.js';

interface Options {
  readonly data: string;
  readonly topic?: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

const TOPIC_OPTION = [
  '--topic <name>',
  'of those that came from this topic: segments, fingerprints',
] as const;

export function deadLettersCommand(program: Command): void {
  const letters = program
    .command('dead-letters')
    .description('messages of the bus that could not be worked on, and the way back');
  letters
    .command('list')
    .description('all that are kept, oldest first')
    .option(...TOPIC_OPTION)
    .option('--json', 'one JSON object a letter')
    .action((_: unknown, command: Command) => onBus(command, list));
  letters
    .command('show')
    .description('a letter with what it says')
    .argument('<id>', 'of the letter')
    .option('--json', 'as a JSON object')
    .action((id: string, _: unknown, command: Command) =>
      onBus(command, (bus, options) => show(bus, options, id)),
    );
  letters
    .command('replay')
    .description('send letters back to where they came from, at the end of their stream, each once')
    .argument('[id...]', 'of the letters')
    .option('--all', 'all that have not gone back')
    .option(...TOPIC_OPTION)
    .option('--json', 'one JSON object a letter')
    .action((ids: string[], _: unknown, command: Command) =>
      onBus(command, async (bus, options) => {
        process.exitCode = await replay(bus, options, ids);
      }),
    );
}

async function onBus(command: Command, work: (bus: Bus, options: Options) => Promise<void>): Promise<void> {
  const options = command.optsWithGlobals<Options>();
  const bus = await openBusBeside(configFrom(process.env), options.data, 'dead-letters');
  try {
    await work(bus, options);
  } finally {
    await bus.close();
  }
}

async function lettersOf(bus: Bus, { topic }: Options): Promise<DeadLetter[]> {
  const letters = await bus.deadLetters.list();
  if (topic === undefined) return letters;
  return letters.filter(({ origin }) => origin.topic === topic || origin.topic === `streamprint.${topic}`);
}

async function list(bus: Bus, options: Options): Promise<void> {
  const letters = await lettersOf(bus, options);
  if (options.json) for (const letter of letters) printJson(letter);
  else if (letters.length === 0) tell('no dead letters');
  else
    print(
      table(
        ['id', 'at', 'from', 'key', 'field', 'error'],
        letters.map(({ id, at, key, origin, error, replayed }) => [
          id,
          at,
          placeOf(origin),
          key ?? '',
          error.field ?? '',
          `${error.message} [${error.code}]${replayed ? ' (went back)' : ''}`,
        ]),
      ),
    );
}

async function show(bus: Bus, { json }: Options, id: string): Promise<void> {
  const letter = await bus.deadLetters.show(id);
  if (json) printJson(letter);
  else for (const line of linesOf(letter)) print(line);
}

function linesOf(letter: OpenedLetter): string[] {
  const { error } = letter;
  const facts = {
    at: letter.at,
    from: placeOf(letter.origin),
    key: letter.key,
    type: letter.type,
    body: `${letter.bytes} bytes`,
    error: `${error.message} [${error.code}]`,
    field: error.field,
    tried: `${letter.attempts} × by ${letter.group}`,
    'went back': letter.replayed ? 'yes' : 'no',
    headers: JSON.stringify(letter.headers),
    content: typeof letter.content === 'string' ? letter.content : JSON.stringify(letter.content, null, 2),
  };
  return [
    letter.id,
    ...Object.entries(facts).flatMap(([name, value]) => (value ? [`  ${name}: ${value}`] : [])),
  ];
}

async function replay(bus: Bus, options: Options, ids: readonly string[]): Promise<number> {
  const byName = ids.length > 0;
  if (byName === (options.all === true || options.topic !== undefined))
    throw new StreamprintError('SP_USAGE', 'Say which letters go back: their ids, or --all, or --topic.');
  const wanted = byName
    ? ids
    : (await lettersOf(bus, options)).filter(({ replayed }) => !replayed).map(({ id }) => id);
  const outcomes = await bus.deadLetters.replay(wanted);
  for (const outcome of outcomes) report(outcome, options);
  if (outcomes.length === 0 && !options.json) tell('nothing to send back');
  return outcomes.every(({ error }) => error === null) ? 0 : 1;
}

function report({ letter, error }: Replay, { json }: Options): void {
  const { id, key, origin } = letter;
  const failure = error && { code: error.code, message: error.message };
  if (json) printJson({ id, key, topic: origin.topic, replayed: error === null, error: failure });
  else if (error === null) print(`${id} went back to ${origin.topic}`);
  else print(`${id} stays: ${error.message} [${error.code}]`);
}

function placeOf({ topic, partition, offset }: DeadLetter['origin']): string {
  return `${topic}/${partition}/${offset}`;
}
