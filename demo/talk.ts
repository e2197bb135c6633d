/** Display names of the demo's people by username; each has the password {@link PASSWORD}. */
export const PEOPLE = {
  mira: "Mira Lind",
  tomas: "Tomas Král",
  anna: "Анна Ветрова",
  jonah: "Jonah Obi",
  lea: "Lea Brandt",
} as const;

export type Name = keyof typeof PEOPLE;

export const PASSWORD = "boats on the water at nine";

interface Room {
  readonly name: string;
  readonly topic: string;
  readonly owner: Name;
  readonly lines: readonly (readonly [who: Name, words: string])[];
}

export const CHANNELS: readonly Room[] = [
  {
    name: "regatta",
    topic: "Saturday, 14 June. Boats on the water at 9.",
    owner: "mira",
    lines: [
      ["lea", "Morning all. The weather for Saturday looks kind: 18°, wind from the west."],
      [
        "tomas",
        "Lanes are drawn. We have lane 4 next to Prague, which is the calm side if the wind stays west.",
      ],
      ["tomas", "Full table is in the sheet, row `M4-` is us."],
      ["anna", "Отлично! Кто везёт вёсла? В прошлый раз мы забыли запасную пару."],
      ["jonah", "I am, and the spares. They are *already* in the van."],
      ["mira", "Same script as last year for the start check, new date:"],
      ["mira", '```\nconst start = Temporal.PlainDateTime.from("2026-06-14T09:00");\n```'],
      ["tomas", "@mira can you run it once before Friday?"],
    ],
  },
  {
    name: "boathouse",
    topic: "Keys, repairs, and whose turn it is to sweep",
    owner: "jonah",
    lines: [
      ["jonah", "The left door sticks again. Lift it a little, then pull."],
      ["lea", "Oiled the hinges. It is still the left door."],
      ["jonah", "New padlock from Monday. Ask me for the number, please **don't** post it."],
    ],
  },
  {
    name: "announcements",
    topic: "Few words, for everyone",
    owner: "lea",
    lines: [["lea", "Summer schedule starts on Monday: 6:30 on weekdays, 8:00 at weekends."]],
  },
  {
    name: "lost-and-found",
    topic: "",
    owner: "anna",
    lines: [
      ["anna", "Found: one grey cap, one left glove. Нашлась кепка и левая перчатка."],
      ["mira", "The glove is mine. The right one swam to Prague."],
    ],
  },
];

export const DIRECT: readonly Omit<Room & { with: Name }, "name" | "topic">[] = [
  {
    owner: "tomas",
    with: "mira",
    lines: [
      ["mira", "Did you hear back from the umpires?"],
      ["tomas", "Yes: briefing at 8:15, by the flagpole."],
    ],
  },
  {
    owner: "anna",
    with: "mira",
    lines: [
      ["anna", "Возьмёшь мегафон?"],
      ["mira", "Возьму!"],
    ],
  },
  { owner: "jonah", with: "mira", lines: [["jonah", "Van leaves at 7 sharp."]] },
];
