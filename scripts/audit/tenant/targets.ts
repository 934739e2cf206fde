import { child, list, unchained, type Syntax } from '../../reading/syntax.ts'

/** The variables and members to which a node assigns, or which it deletes. */
export function targetsOf(node: Syntax): readonly Syntax[] {
  switch (node.type) {
    case 'AssignmentExpression':
    case 'ForInStatement':
    case 'ForOfStatement':
      return targetsIn(child(node, 'left'))
    case 'UpdateExpression':
      return targetsIn(child(node, 'argument'))
    case 'UnaryExpression':
      return node['operator'] === 'delete' ? targetsIn(unchained(child(node, 'argument'))) : []
    default:
      return []
  }
}

function targetsIn(pattern: Syntax | undefined): readonly Syntax[] {
  switch (pattern?.type) {
    case 'Identifier':
    case 'MemberExpression':
      return [pattern]
    case 'AssignmentPattern':
      return targetsIn(child(pattern, 'left'))
    case 'RestElement':
      return targetsIn(child(pattern, 'argument'))
    case 'ArrayPattern':
      return list(pattern, 'elements').flatMap(targetsIn)
    case 'ObjectPattern':
      return list(pattern, 'properties').flatMap((each) =>
        targetsIn(each.type === 'Property' ? child(each, 'value') : each),
      )
    default:
      return []
  }
}
