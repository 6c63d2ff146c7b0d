import { inputs, readJson, run, shown, write, writeJson } from './kit.mjs';

/** Input → its title and the sentence made of the promoted `metrics.json` of that workflow. */
const SECTIONS = {
  energy: [
    'Energy',
    (m) => `Renewables made ${m.renewables_share_pct} % of ${shown(m.total, 0)} thousand MWh in ${m.year}.`,
  ],
  temperature: ['Temperature', (m) => `${m.year} was ${m.anomaly_c} °C against 1951 to 1980.`],
  employment: ['Employment', (m) => `${shown(m.nonfarm_thousand, 0)} thousand nonfarm jobs in ${m.month}.`],
};

function main() {
  const given = inputs();
  const sections = Object.entries(SECTIONS).map(([input, [title, sentence]]) => {
    const metrics = given[input] === null ? null : readJson(given[input]);
    return {
      input,
      title,
      metrics,
      text: metrics ? sentence(metrics) : `Unavailable: no approved ${input} brief exists.`,
    };
  });
  const there = sections.filter((section) => section.metrics);
  writeJson('metrics.json', {
    sections: there.length,
    energy_total: given.energy === null ? null : sections[0].metrics.total,
    employment_thousand: given.employment === null ? null : sections[2].metrics.nonfarm_thousand,
  });
  write(
    'brief.md',
    `# What the desk published

${sections.map(({ title, text }) => `## ${title}\n\n${text}`).join('\n\n')}

## Data completeness

${sections.map(({ input, metrics }) => `- ${input}: ${metrics ? 'complete' : 'unavailable'}`).join('\n')}

Sections with figures: ${there.length} of ${sections.length}
`,
  );
  return {
    summary: `${there.length} of ${sections.length} briefs are published.`,
    flags: sections.filter((section) => !section.metrics).map((section) => `${section.input} is unavailable`),
  };
}

run(main);
