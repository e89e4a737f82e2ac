import type { AttributeNode, ElementNode, NodeTransform } from '@vue/compiler-core';

// node types of the compiler
const element = 1;
const attribute = 6;
const directive = 7;

// tappable makes what can be tapped a button for whoever does not see it, and on H5 for the keyboard as well.
// What says its own role keeps it; role="none" is for what only hands a tap on. WeChat calls a role aria-role.
export function tappable(platform: string): NodeTransform {
  return (node) => {
    if (node.type !== element) return;
    if (platform !== 'h5') rename(node);
    if (node.tag !== 'view') return;
    const taps = node.props.some((p) => p.type === directive && p.name === 'on' && p.exp && p.arg && 'content' in p.arg && p.arg.content === 'click');
    if (!taps || has(node, 'role') || has(node, 'aria-role')) return;
    add(node, platform === 'h5' ? 'role' : 'aria-role', 'button');
    if (platform === 'h5') add(node, 'tabindex', '0');
  };
}

function has(node: ElementNode, name: string) {
  return node.props.some((p) => p.type === attribute
    ? p.name === name
    : p.name === 'bind' && p.arg !== undefined && 'content' in p.arg && p.arg.content === name);
}

function rename(node: ElementNode) {
  for (const p of node.props) {
    if (p.type === attribute && p.name === 'role') p.name = 'aria-role';
    if (p.type === directive && p.arg && 'content' in p.arg && p.arg.content === 'role') p.arg.content = 'aria-role';
  }
}

function add(node: ElementNode, name: string, content: string) {
  const text = { type: 2 as const, content, loc: node.loc };
  node.props.push({ type: attribute, name, nameLoc: node.loc, value: text, loc: node.loc } as AttributeNode);
}
