import type { Topic } from '../topics.js';

const PREFIX = 'streamprint';

/** How topics and groups are called on the cluster. */
export class Names {
  constructor(private readonly prefix: string = PREFIX) {}

  ofTopic(topic: Topic): string {
    return this.prefix + topic.slice(PREFIX.length);
  }

  ofGroup(group: string): string {
    return `${this.prefix}.${group}`;
  }

  topicOf(name: string): Topic {
    return (PREFIX + name.slice(this.prefix.length)) as Topic;
  }
}
