/** Slack's light theme, near enough to judge order, length and emphasis by. */
export const STYLE = `
* { box-sizing: border-box; }
body { margin: 0; background: #fff; color: #1d1c1d; font: 15px/1.466 Lato, "Liberation Sans", Arial, sans-serif;
  --soft: #616061; --line: #dddddd; --chart-1: #1d9bd1; --chart-2: #e01e5a; --chart-3: #2eb67d; }
main { display: flex; gap: 24px; padding: 16px 20px; align-items: flex-start; flex-wrap: wrap; }
article, section.modal, section.home { flex: 1 1 560px; min-width: 0; }
aside { flex: 0 1 260px; display: grid; gap: 12px; }
article.privately { background: #f8f8f8; margin: -8px; padding: 8px; border-radius: 8px; }
.private { margin-left: 44px; }
.line { display: flex; gap: 8px; }
.body { min-width: 0; flex: 1; }
.avatar { flex: none; width: 36px; height: 36px; border-radius: 8px; background: #4a154b; color: #fff; display: grid;
  place-items: center; font-weight: 700; }
.who { display: flex; gap: 6px; align-items: baseline; }
.app { font-size: 10px; background: #e8e8e8; color: #616061; border-radius: 2px; padding: 1px 4px; font-weight: 700; }
.small { font-size: 12px; color: #616061; line-height: 1.5; overflow-wrap: anywhere; }
.block { margin: 4px 0 8px; max-width: 620px; overflow-wrap: anywhere; }
.block.table, .block.data_table { max-width: 760px; }
h2 { font-size: 18px; line-height: 1.22; margin: 4px 0; }
.rich .section { white-space: pre-wrap; min-height: 1.2em; }
.rich ul, .rich ol { margin: 0; padding-left: 26px; }
a { color: #1264a3; text-decoration: none; }
code { font: 12px/1.5 "DejaVu Sans Mono", monospace; color: #c01343; background: #f7f7f7; border: 1px solid #ddd;
  border-radius: 3px; padding: 1px 3px; }
pre { font: 12px/1.5 "DejaVu Sans Mono", monospace; background: #f8f8f8; border: 1px solid #ddd; border-radius: 4px;
  padding: 8px; margin: 4px 0; white-space: pre-wrap; overflow-wrap: anywhere; }
blockquote { margin: 4px 0; padding-left: 12px; border-left: 4px solid #ddd; white-space: pre-wrap; }
.mention { background: #e8f5fa; color: #1264a3; border-radius: 3px; padding: 0 2px; }
.row { display: flex; gap: 8px; flex-wrap: wrap; }
.end { justify-content: flex-end; }
.button { border: 1px solid #bbb; border-radius: 8px; padding: 3px 12px; font-weight: 700; font-size: 14px;
  background: #fff; white-space: nowrap; }
.button.primary { background: #007a5a; border-color: #007a5a; color: #fff; }
.button.danger { color: #e01e5a; border-color: #e01e5a; }
.dialog .button.danger { background: #e01e5a; color: #fff; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 13px; }
th, td { border: 1px solid #ddd; padding: 4px 8px; text-align: left; vertical-align: top; white-space: nowrap; }
td .rich .section { white-space: inherit; overflow-wrap: normal; }
th { background: #f8f8f8; } .right { text-align: right; }
.wrap { white-space: normal; min-width: 90px; max-width: 320px; }
.pages { display: flex; justify-content: space-between; margin-top: 4px; }
.chart { border: 1px solid #ddd; border-radius: 8px; padding: 12px; max-width: 450px; }
.chart svg { width: 100%; height: auto; }
.picture { border: 1px solid #ddd; border-radius: 8px; padding: 40px 16px; color: #616061; background: #f8f8f8; }
.dialog, .menu { border: 1px solid #ddd; border-radius: 8px; padding: 12px; box-shadow: 0 2px 8px #0002; font-size: 14px; }
.dialog p { margin: 8px 0 12px; white-space: pre-wrap; overflow-wrap: anywhere; }
.option { padding: 3px 4px; }
.modal { border: 1px solid #ddd; border-radius: 8px; box-shadow: 0 4px 24px #0003; max-width: 520px; background: #fff; }
.modal > header, .home > header { display: flex; gap: 10px; align-items: center; padding: 14px 20px; font-size: 18px; }
.modal > header { border-bottom: 1px solid #eee; } .modal .avatar { width: 28px; height: 28px; } .x { margin-left: auto; }
.modal .inside { padding: 10px 20px; } .modal > footer { padding: 12px 20px; border-top: 1px solid #eee; }
.home { max-width: 760px; } .home > header { padding: 0 0 8px; }
.home nav { display: flex; gap: 16px; border-bottom: 1px solid #ddd; margin-bottom: 12px; padding-bottom: 6px; font-size: 13px; }
.alert-box { display: flex; gap: 10px; border-radius: 8px; padding: 10px 12px; border: 1px solid #bbb; background: #f8f8f8; }
.alert-box.error { background: #fdf0f3; border-color: #e01e5a; } .alert-box.success { background: #edf7f2; border-color: #2eb67d; }
.alert-box.warning { background: #fdf7e7; border-color: #ecb22e; } .alert-box.info { background: #eaf5fb; border-color: #1d9bd1; }
.field { margin: 8px 0 12px; } .box { border: 1px solid #aaa; border-radius: 6px; padding: 7px 10px; min-height: 38px;
  margin: 4px 0; white-space: pre-wrap; } .box.tall { min-height: 96px; } .select { display: flex; justify-content: space-between; }
`;
