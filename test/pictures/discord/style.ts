/** Discord's dark theme, near enough to judge a message by. */
export const STYLE = `
* { box-sizing: border-box; }
body { margin: 0; background: #1a1a1e; color: #dfe0e2; font: 16px/1.375 "gg sans", "Noto Sans", "Liberation Sans", Arial, sans-serif; }
main { display: flex; gap: 24px; padding: 12px 16px; align-items: flex-start; flex-wrap: wrap; }
article, section.modal { flex: 1 1 560px; min-width: 0; max-width: 100%; }
aside { flex: 0 1 220px; display: grid; gap: 12px; }
.line { display: flex; gap: 16px; } .body { min-width: 0; flex: 1; }
.avatar { flex: none; width: 40px; height: 40px; border-radius: 50%; background: #5865f2; color: #fff; display: grid;
  place-items: center; font-weight: 700; }
.who { display: flex; gap: 6px; align-items: baseline; } .who b { color: #fff; }
.app { font-size: 11px; background: #5865f2; color: #fff; border-radius: 4px; padding: 0 5px; font-weight: 600; }
.stamp { font-size: 12px; color: #94959c; }
article.privately { background: #1f2030; } .private { font-size: 12px; color: #94959c; margin: 4px 0 0 56px; }
.container { border: 1px solid #38393f; border-left: 4px solid; border-radius: 8px; background: #242429; padding: 16px;
  max-width: 600px; display: flex; flex-direction: column; gap: 8px; margin-top: 4px; overflow-wrap: anywhere; }
.text { white-space: pre-wrap; } h1, h2, h3, small, blockquote, li, pre { margin: 0; white-space: pre-wrap; }
h1 { font-size: 24px; } h2 { font-size: 20px; } h3 { font-size: 16px; line-height: 1.375; color: #fff; margin-bottom: 2px; }
small { display: block; font-size: 13px; color: #94959c; }
blockquote { border-left: 4px solid #4e5058; padding-left: 12px; border-radius: 2px; }
li { margin-left: 20px; } li.deep { margin-left: 40px; list-style: circle; }
a { color: #7bb0f5; } b { color: #fff; font-weight: 600; } small b { color: #c3c4c9; }
code { font: 14px/1.2 "DejaVu Sans Mono", monospace; background: #2e2f36; border-radius: 4px; padding: 0 4px; font-size: 85%; }
pre { font: 14px/1.3 "DejaVu Sans Mono", monospace; background: #1c1d22; border: 1px solid #38393f; border-radius: 4px;
  padding: 8px; margin: 4px 0; overflow-wrap: anywhere; }
.mention { background: #5865f24d; color: #c9cdfb; border-radius: 3px; padding: 0 2px; }
time { background: #ffffff14; border-radius: 3px; padding: 0 2px; }
.divider { border-top: 1px solid #45464d; margin: 4px 0; } .gap { height: 4px; }
.spacing-2 { margin: 12px 0; }
.row { display: flex; gap: 8px; flex-wrap: wrap; } .row .box { flex: 1; max-width: 400px; }
.button { border-radius: 8px; padding: 5px 14px; font-weight: 500; font-size: 14px; color: #fff; white-space: nowrap;
  height: 32px; overflow: hidden; text-overflow: ellipsis; max-width: 100%; }
.button.primary { background: #5865f2; } .button.plain { background: #3b3c44; } .button.danger { background: #d22d39; }
.button.success { background: #00863a; }
.section { display: flex; gap: 16px; align-items: flex-start; } .section > div { flex: 1; min-width: 0; }
.section .button { flex: none; max-width: 45%; }
.picture { border-radius: 8px; padding: 30px 16px; background: #fff; color: #444; font-size: 13px; } .picture b { color: #000; }
.box { border: 1px solid #45464d; border-radius: 8px; background: #1c1d22; padding: 8px 10px; min-height: 40px; margin-top: 6px;
  white-space: pre-wrap; overflow-wrap: anywhere; } .box.tall { min-height: 90px; } .select { display: flex; justify-content: space-between; margin-top: 0; }
.menu, section.modal { border: 1px solid #45464d; border-radius: 8px; background: #242429; font-size: 14px; }
.menu { padding: 8px; } .option { padding: 5px 8px; overflow-wrap: anywhere; }
section.modal { max-width: 480px; font-size: 16px; } .modal header, .modal footer { display: flex; padding: 14px 18px; gap: 8px; }
.modal header { font-size: 20px; } .modal .inside { padding: 0 18px 8px; } .modal footer { justify-content: flex-end; } .x { margin-left: auto; }
.field { margin: 12px 0; } .hint, .count { font-size: 13px; color: #94959c; } .count { text-align: right; } .must { color: #f0737c; }
.spoiler { background: #000; }
@media (max-width: 500px) { main { padding: 8px; } .line { gap: 10px; } .avatar { width: 34px; height: 34px; }
  .container { padding: 12px; } .private { margin-left: 44px; } }
`;
