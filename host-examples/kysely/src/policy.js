/** Who may find which documents. The columns that a search looks at are named here, and nowhere else. */
export const policy = {
  portcullis: 1,
  declarations: { user: { id: 'string', teams: 'strings', clearance: 'int' } },
  types: {
    document: {
      fields: {
        id: { type: 'int', column: 'id' },
        owner: { type: 'string', column: 'owner_id' },
        team: { type: 'string', column: 'team' },
        path: { type: 'string', column: 'path' },
        level: { type: 'int', column: 'level' },
        score: { type: 'double', column: 'score' },
        draft: { type: 'bool', column: 'is_draft' },
        published: { type: 'timestamp', column: 'published_at', stored: 'unix_ms' },
      },
      rules: [
        { name: 'owner', when: 'has(user.id) && resource.owner == user.id', grant: { find: true, view: 'all' } },
        {
          name: 'team',
          when: 'has(user.teams) && resource.team in user.teams && !resource.draft',
          grant: { find: true, view: 'all' },
        },
        {
          name: 'public',
          when: `resource.path.startsWith('/public/') && has(resource.published) && resource.published <= now
            && (!has(resource.level) || has(user.clearance) && resource.level <= user.clearance)`,
          grant: { find: true, view: 'all' },
        },
      ],
    },
  },
};
